import { astFromValue, print, type GraphQLInputType, type GraphQLSchema } from "graphql";
import type { Family } from "../../src/domain/facets/family.ts";
import { enter, isObject, type Cursors, type Scope } from "./answer-scope.ts";
import { argumentsAt, globalIdAt, homeAt, ownId, type Home } from "./places.ts";
import type {
  Choice,
  Condition,
  FieldChoice,
  FragmentChoice,
  Place,
  RandomOperation,
  Value,
} from "./random-operations.ts";

export interface WrittenOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What an answer holds, by its keys. */
  readonly answer: Scope;
}

/** Makes a random operation one of this world. */
export function writeOperation(
  { type, choices }: RandomOperation,
  schema: GraphQLSchema,
  homes: readonly Home[],
  cursors: Cursors,
): WrittenOperation {
  const writer = new Writer(schema, homes, cursors);
  const answer: Scope = new Map();
  const selection = writer.select(choices, answer, null);
  const variables = writer.definitions.length === 0 ? "" : `(${writer.definitions.join(", ")})`;
  const query = [`${type} Random${variables} ${selection}`, ...writer.fragments].join("\n");
  return { query, variables: writer.variables, answer };
}

const FAMILIES: readonly Family[] = ["econtext", "cloudFoundry"];

class Writer {
  readonly variables: Record<string, unknown> = {};
  readonly definitions: string[] = [];
  readonly fragments: string[] = [];
  readonly #schema: GraphQLSchema;
  readonly #homes: readonly Home[];
  readonly #cursors: Cursors;

  constructor(schema: GraphQLSchema, homes: readonly Home[], cursors: Cursors) {
    this.#schema = schema;
    this.#homes = homes;
    this.#cursors = cursors;
  }

  /** @param owner the global id of what is selected from, where it is known */
  select(choices: readonly Choice[], scope: Scope, owner: string | null): string {
    const parts = choices.map((choice) =>
      "field" in choice ? this.#field(choice, scope, owner) : this.#fragment(choice, scope, owner),
    );
    return `{ ${parts.join(" ")} }`;
  }

  #fragment({ on, spread, condition, below }: FragmentChoice, scope: Scope, owner: string | null): string {
    const selection = this.select(below, scope, owner);
    const directive = this.#condition(condition);
    // A fragment with a name says what it is of.
    if (spread === 0 || on === null) return `...${on === null ? "" : ` on ${on}`}${directive} ${selection}`;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${on} ${selection}`);
    return Array<string>(spread).fill(`...${name}${directive}`).join(" ");
  }

  #field(choice: FieldChoice, scope: Scope, owner: string | null): string {
    const { field, of, vary, condition } = choice;
    const known = field.startsWith("__") ? undefined : this.#definition(of, field);
    const { args, owner: own, list } = this.#arguments(choice, owner);
    const written = Object.entries(args).map(([name, value]) => {
      const type = known?.args.find((one) => one.name === name)?.type;
      if (type === undefined) throw new Error(`${of}.${field} has no argument ${name}.`);
      return `${name}: ${vary || typeof value === "object" ? this.#variable(type, value) : literal(type, value)}`;
    });
    const call = `${field}${written.length === 0 ? "" : `(${written.join(", ")})`}`;
    const signature = JSON.stringify([field, args, choice.below.length === 0 ? String(known?.type) : null]);
    const { key, entry } = enter(scope, choice, signature, written.join(), list);
    // Whoever turns pages has to know where the last one ended.
    const below = choice.args["after"] === undefined ? choice.below : [...choice.below, endOf(String(known?.type))];
    const selection = choice.below.length === 0 ? "" : ` ${this.select(below, entry.scope, own)}`;
    return `${key === field ? "" : `${key}: `}${call}${this.#condition(condition)}${selection}`;
  }

  #arguments({ field, of, args }: FieldChoice, owner: string | null) {
    const { id, after, ...others } = args;
    const values: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined) values[name] = this.#value(value, this.#homeOf(value));
    }
    let own = this.#isList(of, field) ? owner : null;
    if (isPlace(id)) {
      const taken = this.#definition(of, field).args.map(({ name }) => name);
      const home = this.#home(id.place.home);
      own = globalIdAt(home, id.place);
      Object.assign(values, argumentsAt(home, id.place, taken));
    }
    const { first, ...filters } = values;
    const list = this.#isList(of, field) ? `${of}.${field} ${JSON.stringify(filters)}` : null;
    if (list !== null && isCursor(after)) {
      const cursor = this.#cursors.find(list, of === "Query" ? null : owner, after.cursor);
      if (cursor !== undefined) values["after"] = cursor;
    }
    return { args: first === undefined ? values : { first, ...values }, owner: own, list };
  }

  /** An input is of one service, that of the first id in it: what is written at random fits together seldom enough. */
  #homeOf(value: Value): number | null {
    if (!isObject(value) || !("fields" in value)) return null;
    for (const inner of Object.values(value.fields as Record<string, Value | undefined>)) {
      if (inner === undefined) continue;
      if (isPlace(inner)) return inner.place.home;
      if (isObject(inner) && "home" in inner) return inner["home"];
      const below = this.#homeOf(inner);
      if (below !== null) return below;
    }
    return null;
  }

  /** @param home of everything inside an input */
  #value(value: Value, home: number | null): unknown {
    if (Array.isArray(value)) return value.map((one: Value) => this.#value(one, home));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    if (isPlace(value)) return globalIdAt(this.#home(home ?? value.place.home), value.place);
    if ("home" in value) return this.#home(home ?? value.home).name;
    if ("unique" in value) return this.#unique(value.unique, value.of, home ?? 0);
    if ("json" in value) return value.json;
    if ("fields" in value) return this.#input(value.fields, home ?? 0);
    return undefined;
  }

  #input(fields: Readonly<Record<string, Value | undefined>>, home: number): Record<string, unknown> {
    const input: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue;
      const isOther = FAMILIES.some((family) => family === name) && this.#home(home).family !== name;
      if (!isOther) input[name] = this.#value(value, home);
    }
    return input;
  }

  #unique(what: "email" | "guid", of: number | null, home: number): string {
    if (of === null) return what === "email" ? `new.${unique++}@example.com` : `new-${unique++}`;
    const users = this.#home(home).ids.User;
    return what === "email" ? `a.${of}@example.com` : ownId(users[of % users.length] ?? "User:nobody:nobody");
  }

  #home(index: number): Home {
    return homeAt(this.#homes, index);
  }

  #condition(condition: Condition | null): string {
    if (condition === null) return "";
    const { directive, holds, varies } = condition;
    const value = directive === "include" ? holds : !holds;
    return ` @${directive}(if: ${varies ? this.#variable("Boolean!", value) : value})`;
  }

  #variable(type: GraphQLInputType | string, value: unknown): string {
    const name = `v${this.definitions.length}`;
    this.definitions.push(`$${name}: ${String(type)}`);
    this.variables[name] = value;
    return `$${name}`;
  }

  #isList(of: string, field: string): boolean {
    return !field.startsWith("__") && String(this.#definition(of, field).type).endsWith("Connection");
  }

  #definition(of: string, field: string) {
    const type = this.#schema.getType(of);
    const definition = type !== undefined && "getFields" in type ? type.getFields()[field] : undefined;
    if (definition === undefined || !("args" in definition)) throw new Error(`There is no field ${of}.${field}.`);
    return definition;
  }
}

/** Over all worlds: nobody has it yet. */
let unique = 0;

/** @param of the type of a connection */
function endOf(of: string): FieldChoice {
  const plain = { args: {}, vary: false, alias: false, condition: null };
  return { ...plain, of, field: "pageInfo", below: [{ ...plain, of: "PageInfo", field: "endCursor", below: [] }] };
}

function literal(type: GraphQLInputType, value: unknown): string {
  const node = astFromValue(value, type);
  if (node == null) throw new Error(`There is no literal for ${JSON.stringify(value)}.`);
  return print(node);
}

function isPlace(value: Value | undefined): value is { readonly place: Place } {
  return isObject(value) && "place" in value;
}

function isCursor(value: Value | undefined): value is { readonly cursor: number } {
  return isObject(value) && "cursor" in value;
}
