import fc from "fast-check";
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import type { GroupKind } from "../../src/domain/group.ts";

/** What a global id may be of. */
export type IdType = "User" | "Application" | "Group" | "ApiKey";

/** An id by its place among those of a world, so that one operation fits every world, and shrinks apart from it. */
export interface Place {
  readonly type: IdType;
  readonly home: number;
  readonly index: number;
  /** Of groups: of this kind alone. */
  readonly kind: GroupKind | null;
  /** One that is there, as it is or in other letters; one that might be; or one that no service would give out. */
  readonly is: "there" | "shouted" | "missing" | "strange";
  /** The upstream's own, with the service beside it. */
  readonly bare: boolean;
  /** Beside a group's: its kind. */
  readonly tellsKind: boolean;
}

/** The value of an argument or an input, as far as it depends on no world. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly place: Place }
  | { readonly home: number }
  /** One that nobody has yet, or that of a user. */
  | { readonly unique: "email" | "guid"; readonly of: number | null }
  /** Of an earlier page of the same list, where there was one. */
  | { readonly cursor: number }
  | { readonly json: Readonly<Record<string, number>> }
  | { readonly fields: Readonly<Record<string, Value | undefined>> };

export interface Condition {
  readonly directive: "include" | "skip";
  readonly holds: boolean;
  /** Told by a variable. */
  readonly varies: boolean;
}

export interface FieldChoice {
  readonly field: string;
  /** The type that has it. */
  readonly of: string;
  readonly args: Readonly<Record<string, Value | undefined>>;
  /** The arguments are variables. */
  readonly vary: boolean;
  readonly alias: boolean;
  readonly condition: Condition | null;
  /** Empty: a leaf. */
  readonly below: readonly Choice[];
}

export interface FragmentChoice {
  /** Null: of the type that it stands in. */
  readonly on: string | null;
  /** How often it is spread; 0: it is inline. */
  readonly spread: number;
  readonly condition: Condition | null;
  readonly below: readonly Choice[];
}

export type Choice = FieldChoice | FragmentChoice;

/** An operation for any world: `writeOperation` makes it one of some world. */
export interface RandomOperation {
  readonly type: "query" | "mutation";
  readonly choices: readonly Choice[];
  /** Asked again at once, as whoever turns the page does. */
  readonly again: boolean;
}

/** So many users, applications and groups may hang on each other, the first one included. */
const DEPTH = 7;

/** Operations of a schema, whatever its fields are, as long as it is known here what their arguments mean. */
export function randomOperations(schema: GraphQLSchema): fc.Arbitrary<RandomOperation> {
  const choices = new Choices(schema);
  const of = (type: RandomOperation["type"], root: GraphQLObjectType | null | undefined, most: number) => {
    if (root == null) throw new Error(`The schema has no ${type}.`);
    return fc.record({
      type: fc.constant(type),
      choices: choices.root(root, most),
      again: type === "query" ? rarely(3, fc.constant(true), fc.constant(false)) : fc.constant(false),
    });
  };
  return rarely(4, of("mutation", schema.getMutationType(), 3), of("query", schema.getQueryType(), 4));
}

/** Operations that look up many of one type at once. */
export function randomBatches(schema: GraphQLSchema): fc.Arbitrary<RandomOperation> {
  const choices = new Choices(schema).batches(schema.getQueryType() as GraphQLObjectType);
  return fc.record({ type: fc.constant("query" as const), choices, again: fc.constant(false) });
}

/** What has a selection in an operation. */
type Selected = GraphQLObjectType | GraphQLInterfaceType;

/** What may be selected of types, with so many nodes below: each made once, since types hang on each other. */
class Choices {
  readonly #schema: GraphQLSchema;
  readonly #known = new Map<string, fc.Arbitrary<readonly Choice[]>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  root(type: GraphQLObjectType, maxLength: number): fc.Arbitrary<readonly Choice[]> {
    const one = this.#one(type, DEPTH, true);
    const nodes = type.getFields()["nodes"];
    return fc.array(nodes === undefined ? one : rarely(4, this.#alike(type, nodes), one), { minLength: 1, maxLength });
  }

  batches(type: GraphQLObjectType): fc.Arbitrary<readonly Choice[]> {
    return fc.tuple(this.#alike(type, type.getFields()["nodes"] as GraphQLField<unknown, unknown>));
  }

  /** Many of one type and service, and little of each: for which there may be cheaper ways than one call each. */
  #alike(type: GraphQLObjectType, { name }: GraphQLField<unknown, unknown>): fc.Arbitrary<Choice> {
    return fc.constantFrom(...NODE_TYPES).chain((of) => {
      const node = this.#schema.getType(of) as GraphQLObjectType;
      const relations = Object.values(node.getFields())
        .filter((field) => isConnection(getNamedType(field.type)))
        .map((field) => this.#field(node, field, 2));
      const alone: fc.Arbitrary<Choice> = fc.record({
        on: fc.constant(of),
        spread: fc.constant(0),
        condition: fc.constant(null),
        below: fc.array(fc.oneof(...relations), { minLength: 1, maxLength: 2 }),
      });
      return fc.record({
        field: fc.constant(name),
        of: fc.constant(type.name),
        args: runOf(of).map((ids) => ({ ids })),
        vary: fc.constant(true),
        alias: fc.constant(false),
        condition: fc.constant(null),
        below: fc.tuple(fc.oneof(alone, this.#fragment(node, fc.constant(of), 2))),
      });
    });
  }

  #of(type: Selected, depth: number, fragments: boolean): fc.Arbitrary<readonly Choice[]> {
    const key = `${type.name} ${depth} ${fragments}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      const one = this.#one(type, depth, fragments);
      const few = fc.array(one, { minLength: 1, maxLength: depth >= DEPTH - 2 ? 3 : 2 });
      // A tree that grows at every step is no operation any more.
      this.#known.set(key, (known = rarely(depth >= DEPTH - 2 ? 2 : 4, few, fc.tuple(one))));
    }
    return known;
  }

  #one(type: Selected, depth: number, fragments: boolean): fc.Arbitrary<Choice> {
    const rows = Object.values(type.getFields())
      .filter((field) => depth > 0 || !leadsFurther(getNamedType(field.type)))
      .map((field) => ({ weight: weightOf(getNamedType(field.type)), arbitrary: this.#field(type, field, depth) }));
    const typename = { field: "__typename", of: type.name, args: {}, vary: false, alias: false, below: [] };
    rows.push({ weight: 1, arbitrary: conditions.map((condition) => ({ ...typename, condition })) });
    if (isInterfaceType(type)) {
      for (const one of this.#schema.getPossibleTypes(type))
        rows.push({ weight: 5, arbitrary: this.#fragment(one, fc.constant(one.name), depth) });
    } else if (fragments) {
      rows.push({ weight: 1, arbitrary: this.#fragment(type, fc.constantFrom(null, type.name), depth) });
    }
    return fc.oneof(...rows);
  }

  #field(type: Selected, field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<Choice> {
    const below = getNamedType(field.type);
    return fc.record({
      field: fc.constant(field.name),
      of: fc.constant(type.name),
      args: argumentsOf(field, depth),
      vary: fc.boolean(),
      alias: rarely(6, fc.constant(true), fc.constant(false)),
      condition: conditions,
      below: isCompositeType(below) ? this.#later(below as Selected, isNode(below) ? depth - 1 : depth, true) : NOTHING,
    });
  }

  #fragment(type: GraphQLObjectType, on: fc.Arbitrary<string | null>, depth: number): fc.Arbitrary<Choice> {
    return fc.record({ on, spread: fc.nat(2), condition: conditions, below: this.#later(type, depth, false) });
  }

  #later(type: Selected, depth: number, fragments: boolean): fc.Arbitrary<readonly Choice[]> {
    return fc.constant(null).chain(() => this.#of(type, depth, fragments));
  }
}

const NONE = fc.constant(undefined);
const NOTHING = fc.constant<readonly Choice[]>([]);

function isNode(type: GraphQLNamedType): boolean {
  return ["Node", "User", "Application", "Group"].includes(type.name);
}

function isConnection({ name }: GraphQLNamedType): boolean {
  return name.endsWith("Connection");
}

function leadsFurther(type: GraphQLNamedType): boolean {
  return isNode(type) || isConnection(type);
}

/** What costs calls more often: of a user's twenty fields most are told by one record. */
function weightOf(type: GraphQLNamedType): number {
  if (isConnection(type)) return 7;
  if (isNode(type) || type.name.endsWith("Edge") || type.name.endsWith("Payload")) return 5;
  return isLeafType(type) ? 1 : 2;
}

/** One in so many. */
function rarely<T>(times: number, rare: fc.Arbitrary<T>, usual: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: times - 1, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

const conditions: fc.Arbitrary<Condition | null> = rarely(
  20,
  fc.record({
    directive: fc.constantFrom("include" as const, "skip" as const),
    holds: rarely(4, fc.constant(false), fc.constant(true)),
    varies: fc.boolean(),
  }),
  fc.constant(null),
);

function argumentsOf(field: GraphQLField<unknown, unknown>, depth: number) {
  const model: Record<string, fc.Arbitrary<Value | undefined>> = {};
  for (const argument of field.args) {
    // The place of an id brings them along.
    if (field.args.some(({ name }) => name === "id") && argument.name !== "id") continue;
    const value = argumentOf(field, argument, depth);
    if (isRequiredArgument(argument)) model[argument.name] = value;
    else if (argument.name === "after") model[argument.name] = rarely(depth === DEPTH ? 3 : 8, value, NONE);
    else model[argument.name] = fc.oneof(value, NONE);
  }
  return fc.record(model);
}

function argumentOf(
  field: GraphQLField<unknown, unknown>,
  argument: GraphQLArgument,
  depth: number,
): fc.Arbitrary<Value> {
  const type = getNamedType(argument.type);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) return inputOf(type);
  switch (argument.name) {
    case "id":
      return idOf(getNamedType(field.type));
    case "ids":
      return idsOf(getNamedType(field.type));
    case "first":
      return firstAt(depth);
    case "after":
      return fc.record({ cursor: fc.nat(20) });
    case "service":
      return homes.map((home) => ({ home }));
    case "search":
      return fc.constantFrom("a", "user", "Team", "ü", "nobody", "example.com", "team\t2", "(");
    default:
      throw new Error(`It is not known here what ${field.name}(${argument.name}:) means.`);
  }
}

const homes = fc.nat(2);

/** Lists of lists grow fast. */
function firstAt(depth: number): fc.Arbitrary<number> {
  if (depth >= DEPTH) return fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 }));
  return rarely(depth === DEPTH - 1 ? 4 : 12, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3 }));
}

function idOf({ name }: GraphQLNamedType): fc.Arbitrary<Value> {
  return rarely(15, placeOf(...ID_TYPES), name === "Node" ? placeOf(...NODE_TYPES) : placeOf(name as IdType));
}

function idsOf(type: GraphQLNamedType): fc.Arbitrary<Value> {
  return fc.array(idOf(type), { maxLength: 12 });
}

/** Ids that follow each other. */
function runOf(type: IdType): fc.Arbitrary<readonly Value[]> {
  return fc
    .record({ from: placeOf(type), length: fc.integer({ min: 2, max: 60 }) })
    .map(({ from: { place }, length }) =>
      Array.from({ length }, (_, at) => ({ place: { ...place, bare: false, index: place.index + at } })),
    );
}

const NODE_TYPES = ["User", "User", "Application", "Group"] as const;
const ID_TYPES = ["User", "Application", "Group", "ApiKey"] as const;

interface PlaceOptions {
  readonly kind?: GroupKind;
  /** How often nothing is there, of fourteen times. */
  readonly missing?: number;
}

function placeOf(...types: readonly IdType[]): fc.Arbitrary<{ readonly place: Place }> {
  return placeIn(types, {});
}

function placeIn(
  types: readonly IdType[],
  { kind, missing = 2 }: PlaceOptions,
): fc.Arbitrary<{ readonly place: Place }> {
  const place = fc.record({
    type: fc.constantFrom(...types),
    home: homes,
    index: fc.nat(99),
    kind: fc.constant(kind ?? null),
    is: fc.oneof(
      { weight: 14 - missing, arbitrary: fc.constant("there" as const) },
      { weight: missing, arbitrary: fc.constantFrom("missing" as const, "shouted" as const) },
      { weight: 1, arbitrary: fc.constant("strange" as const) },
    ),
    bare: rarely(4, fc.constant(true), fc.constant(false)),
    tellsKind: fc.boolean(),
  });
  return place.map((one) => ({ place: one }));
}

/** Fields of an input that may be left out often are. */
function inputOf(type: GraphQLInputObjectType): fc.Arbitrary<Value> {
  const model: Record<string, fc.Arbitrary<Value | undefined>> = {};
  for (const field of Object.values(type.getFields())) {
    const value = inputValueOf(type, field);
    // Of the families' parts, that of the home is taken.
    const isNeeded = isRequiredInputField(field) || isInputObjectType(getNamedType(field.type));
    model[field.name] = isNeeded ? value : fc.oneof(NONE, value);
  }
  return fc.record(model).map((fields) => ({ fields }));
}

function inputValueOf(of: GraphQLInputObjectType, field: GraphQLInputField): fc.Arbitrary<Value> {
  const type = getNamedType(field.type);
  if (isInputObjectType(type)) return inputOf(type);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  const value = plainValueOf(of.name, field.name);
  return isListType(getNullableType(field.type)) ? fc.array(value, { maxLength: 3 }) : value;
}

function plainValueOf(input: string, name: string): fc.Arbitrary<Value> {
  switch (name) {
    case "id":
      return placeOf(input.includes("ApiKey") ? "ApiKey" : "User");
    case "user":
      return placeOf("User");
    case "application":
      return placeOf("Application");
    // Which of several is missing, a service may have to be asked.
    case "applications":
      return placeIn(["Application"], { missing: 5 });
    case "group":
      return placeOf("Group");
    case "groups":
      return placeIn(["Group"], { kind: "GROUP", missing: 5 });
    case "organization":
      return placeIn(["Group"], { kind: "ORGANIZATION" });
    case "defaultSpace":
      return placeIn(["Group"], { kind: "SPACE" });
    case "service":
      return homes.map((home) => ({ home }));
    case "email":
    case "guid":
      return rarely(8, fc.nat(99), fc.constant(null)).map((of) => ({ unique: name, of }));
    case "password":
      return rarely(10, fc.constant("short"), fc.constant("a long enough one"));
    case "name":
    case "description":
      return fc.constantFrom("Somebody", "Team", "Ärzte", "");
    case "customData":
      return fc.constantFrom({ json: {} }, { json: { a: 1 } });
    case "admin":
      return fc.boolean();
    default:
      throw new Error(`It is not known here what ${input}.${name} means.`);
  }
}
