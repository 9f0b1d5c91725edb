import {
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  visit,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from "graphql";

export interface RandomQuery {
  readonly text: string;
  /** One after the other, for the same operation. */
  readonly variables: readonly Readonly<Record<string, unknown>>[];
}

/** Of a document: each is declared, and given a value, if it is used. */
const VARIABLES: Readonly<Record<string, { readonly type: string; readonly values: readonly unknown[] }>> = {
  yes: { type: "Boolean!", values: [true, true, false] },
  no: { type: "Boolean!", values: [false, true, false] },
  perhaps: { type: "Boolean = true", values: [undefined, null, false] },
  text: { type: "String", values: ["told", undefined, null] },
  mood: { type: "Mood", values: ["SAD", null, "GLAD"] },
  number: { type: "Int", values: [5, 6, undefined] },
  list: { type: "[Int!]", values: [[1, 2], 3, null] },
  must: { type: "Int = 4", values: [undefined, null, 9] },
  place: { type: "Place", values: [{ names: ["a"] }, { inner: { x: 4 } }, undefined] },
};

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  text: ['"a"', "$text", "null", '""'],
  mood: ["SAD", "$mood", "null"],
  place: ["{}", "$place", '{ x: $number, names: "one" }', "{ inner: { x: null, mood: GLAD } }", "null"],
  list: ["[1, 2]", "$list", "3", "[]", "null"],
  must: ["8", "$must"],
  x: ["2", "$number", "null"],
};

const CONDITIONS = [
  "@include(if: $yes)",
  "@skip(if: $no)",
  "@include(if: true)",
  "@skip(if: true)",
  "@include(if: $no) @skip(if: $yes)",
  "@include(if: $perhaps)",
];

/**
 * An operation on `worldSchema`, valid in it.
 * @param choices what is chosen, one after the other; once they are used up, the least
 */
export function randomQuery(schema: GraphQLSchema, choices: readonly number[]): RandomQuery {
  const writer = new Writer(schema, choices);
  const isMutation = writer.pick(5) === 1;
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  const selection = writer.selectAll(root as GraphQLCompositeType);
  const body = [`{ ${selection} }`, ...writer.fragments].join("\n");
  const used = namesUsed(body);
  const declared = used.map((name) => `$${name}: ${VARIABLES[name]?.type}`).join(", ");
  const variables = [0, 1, 2].map((round) => {
    const values = used.map((name) => [name, VARIABLES[name]?.values[round]] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  });
  return {
    text: `${isMutation ? "mutation" : "query"} Random${declared === "" ? "" : `(${declared})`} ${body}`,
    variables,
  };
}

function namesUsed(body: string): readonly string[] {
  const names = new Set<string>();
  visit(parse(body), { [Kind.VARIABLE]: ({ name }) => void names.add(name.value) });
  return [...names];
}

class Writer {
  readonly fragments: string[] = [];
  readonly #schema: GraphQLSchema;
  readonly #choices: readonly number[];
  #next = 0;

  constructor(schema: GraphQLSchema, choices: readonly number[]) {
    this.#schema = schema;
    this.#choices = choices;
  }

  /** @returns 0 to `count` - 1, 0 when the choices are used up */
  pick(count: number): number {
    return (this.#choices[this.#next++] ?? 0) % count;
  }

  /** As much as there are choices for. */
  selectAll(type: GraphQLCompositeType): string {
    return this.#selections(type, 4, Infinity);
  }

  #select(type: GraphQLCompositeType, depth: number): string {
    return this.#selections(type, depth, 1 + this.pick(5));
  }

  #selections(type: GraphQLCompositeType, depth: number, most: number): string {
    const selections = [this.#selection(type, depth)];
    while (selections.length < most && this.#next < this.#choices.length) {
      selections.push(this.#selection(type, depth));
    }
    return selections.join(" ");
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const kind = this.pick(12);
    if (kind === 0) return `${["", "type: "][this.pick(2)]}__typename`;
    if ((kind >= 10 && depth > -2) || isUnionType(type)) return this.#fragment(type, depth);
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    const field = fields[this.pick(fields.length)];
    return field === undefined ? "__typename" : this.#field(field, depth);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const below = getNamedType(field.type);
    const args = field.args.map((argument) => this.#argument(argument)).filter((text) => text !== "");
    const call = args.length === 0 ? field.name : `${field.name}(${args.join(", ")})`;
    const condition = this.#condition();
    const selection = isCompositeType(below) ? ` { ${this.#select(below, depth - 1)} }` : "";
    // Fields under one key have the same arguments.
    const alias = args.length === 0 ? this.pick(8) === 1 && `other_${field.name}` : `a${hash(call)}`;
    return `${alias === false ? "" : `${alias}: `}${call}${condition}${selection}`;
  }

  #argument({ name, type, defaultValue }: GraphQLArgument): string {
    const isNeeded = String(type).endsWith("!") && defaultValue === undefined;
    if (!isNeeded && this.pick(2) === 0) return "";
    const values = LITERALS[name] ?? [];
    return `${name}: ${values[this.pick(values.length)] ?? ""}`;
  }

  #condition(): string {
    const chosen = this.pick(80);
    return chosen === 0 || chosen > CONDITIONS.length ? "" : ` ${CONDITIONS[chosen - 1] ?? ""}`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const others = this.#overlapping(type);
    const on = others[this.pick(others.length)] ?? type;
    const kind = this.pick(4);
    const condition = this.#condition();
    const selection = this.#select(on, depth - this.pick(2));
    if (kind === 1 && on === type) return `...${condition} { ${selection} }`;
    if (kind < 2) return `... on ${on.name}${condition} { ${selection} }`;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${on.name} { ${selection} }`);
    return Array<string>(kind - 1)
      .fill(`...${name}${condition}`)
      .join(" ");
  }

  /** Types that an object of this type may be of as well. */
  #overlapping(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const possible = this.#possible(type);
    return Object.values(this.#schema.getTypeMap()).filter(
      (other) =>
        isCompositeType(other) &&
        !other.name.startsWith("__") &&
        this.#possible(other).some((one) => possible.includes(one)),
    ) as GraphQLCompositeType[];
  }

  #possible(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    return isObjectType(type) ? [type] : this.#schema.getPossibleTypes(type);
  }
}

function hash(text: string): number {
  let sum = 7;
  for (let index = 0; index < text.length; index++) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) >>> 0;
  return sum;
}
