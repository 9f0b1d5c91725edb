import {
  getNullableType,
  GraphQLError,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  responsePathAsArray,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from "graphql";
import type { Clock } from "./clock.ts";
import type { Dice } from "./dice.ts";

export interface WorldOptions {
  /** How many values of a hundred are none or wrong. */
  readonly faults: number;
  /** How many values of a hundred come later. */
  readonly delays: number;
  /** So many objects of each type are there, wherever they are met; without it, another one in each place. */
  readonly things?: number;
}

/**
 * Gives every field a value, a wrong one, or none: by where it is in the answer, or by its object where there are only so
 * many. It is the context of operations.
 */
export class World {
  readonly dice: Dice;
  readonly clock: Clock;
  /** Of resolvers: where, and with what. */
  readonly calls: string[] = [];
  readonly #options: WorldOptions;
  readonly #things = new Map<string, Thing>();

  constructor(dice: Dice, clock: Clock, options: WorldOptions) {
    this.dice = dice;
    this.clock = clock;
    this.#options = options;
  }

  resolve(source: unknown, args: object, info: GraphQLResolveInfo): unknown {
    // Where it is never told, the thing decides.
    const path = responsePathAsArray(info.path).join(".");
    this.calls.push(`${info.parentType.name} ${path} ${JSON.stringify(args)}`);
    const own = `${source instanceof Thing ? source.at : ""}.${info.fieldName}`;
    const name = this.#options.things === undefined ? path : own;
    return this.#later(name, () => this.#value(info.returnType, name, info.schema, args));
  }

  /** @returns `value`, or a promise of it */
  #later(name: string, value: () => unknown): unknown {
    return this.dice.isHit(`${name} later`, this.#options.delays) ? this.clock.later(name, value) : value();
  }

  #value(type: GraphQLOutputType, name: string, schema: GraphQLSchema, args: object): unknown {
    const isFaulty = this.isFaulty(name);
    if (isFaulty) {
      const fault = FAULTS[this.dice.roll(`${name} fault`, FAULTS.length)];
      if (fault !== undefined) return fault(name);
    }
    if (isNonNullType(type)) return this.#value(type.ofType, name, schema, args);
    if (isListType(type)) return isFaulty ? "no list" : this.#list(type.ofType, name, schema, args);
    if (isCompositeType(type)) return this.#object(type, name, schema);
    if (isEnumType(type)) return isFaulty ? "MOODY" : ["GLAD", "SAD"][this.dice.roll(name, 2)];
    return isFaulty ? this.#wrongLeaf(type.name, name) : this.#leaf(type.name, name, args);
  }

  isFaulty(name: string): boolean {
    return this.dice.isHit(`${name} faulty`, this.#options.faults);
  }

  isLate(name: string): boolean {
    return this.dice.isHit(`${name} late`, this.#options.delays);
  }

  #leaf(type: string, name: string, args: object): unknown {
    if (type === "Slow") return () => this.clock.later(`${name} slow`, () => `slow ${name}`);
    if (type === "Int" || type === "Float") return this.dice.roll(name, 1000);
    if (type === "Boolean") return this.dice.roll(name, 2) === 0;
    return Object.keys(args).length === 0 ? `${type} ${name}` : JSON.stringify(args);
  }

  #wrongLeaf(type: string, name: string): unknown {
    if (type !== "Slow") return WRONG_LEAVES[type];
    return () =>
      this.clock.later(`${name} slow`, () => {
        throw new Error(`Never ${name}`);
      });
  }

  #list(type: GraphQLOutputType, name: string, schema: GraphQLSchema, args: object): unknown {
    const length = this.dice.roll(`${name} length`, 5);
    const items = Array.from({ length }, (_, index) => {
      const at = `${name}.${index}`;
      return this.#later(at, () => this.#valueOrError(type, at, schema, args));
    });
    const kind = this.dice.roll(`${name} kind`, 8);
    if (kind === 0) return new Set(items);
    return kind === 1 ? this.#oneByOne(items, name) : items;
  }

  /** What is thrown for one item is there in its place: it would be thrown of the whole list. */
  #valueOrError(type: GraphQLOutputType, name: string, schema: GraphQLSchema, args: object): unknown {
    try {
      return this.#value(type, name, schema, args);
    } catch (error) {
      return error;
    }
  }

  *#oneByOne(items: readonly unknown[], name: string): Generator {
    for (const item of items) yield item;
    if (this.isFaulty(`${name} end`)) throw new Error(`No end of ${name}`);
  }

  #object(declared: GraphQLCompositeType, name: string, schema: GraphQLSchema): unknown {
    const type = getNullableType(declared);
    const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
    const { name: typename } = possible[this.dice.roll(`${name} type`, possible.length)] ?? type;
    return this.#options.things === undefined
      ? new Thing(this, name, typename)
      : this.#thing(`${typename}${this.dice.roll(`${name} thing`, this.#options.things)}`, typename);
  }

  #thing(name: string, typename: string): Thing {
    let thing = this.#things.get(name);
    if (thing === undefined) this.#things.set(name, (thing = new Thing(this, name, typename)));
    return thing;
  }
}

/** Instead of a value; undefined for one of a wrong type. */
const FAULTS: readonly (((name: string) => unknown) | undefined)[] = [
  () => null,
  () => undefined,
  (name) => new Error(`Given for ${name}`),
  (name) => {
    throw new Error(`Thrown for ${name}`);
  },
  (name) => {
    throw new GraphQLError(`Thrown by graphql for ${name}`, { extensions: { code: "TEST" } });
  },
  () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw { no: "error" };
  },
  undefined,
  undefined,
];

const WRONG_LEAVES: Readonly<Record<string, unknown>> = {
  Int: 1.5,
  Float: "much",
  String: {},
  ID: {},
  Boolean: "yes",
  Odd: "nothing",
};

/** A source of fields that have no resolver. */
export class Thing {
  readonly world: World;
  readonly at: string;
  readonly typename: string;

  constructor(world: World, at: string, typename: string) {
    this.world = world;
    this.at = at;
    this.typename = typename;
  }

  /** Else its type has to be found by asking all of them. */
  get __typename(): string | undefined {
    return this.world.dice.isHit(`${this.at} typename`, 90) ? this.typename : undefined;
  }

  get plain(): unknown {
    if (this.world.isFaulty(`${this.at} plain`)) throw new Error(`No plain ${this.at}`);
    return `plain ${this.at}`;
  }

  method(args: object, world: World, info: GraphQLResolveInfo): unknown {
    return `${this.at} ${JSON.stringify(args)} ${world === this.world} ${info.fieldName}`;
  }

  get property(): unknown {
    const value = [`a property`, ["of", "many"], 7][this.world.dice.roll(`${this.at} property`, 3)];
    const name = `${this.at} property`;
    return this.world.isLate(name) ? this.world.clock.later(name, () => value) : value;
  }
}
