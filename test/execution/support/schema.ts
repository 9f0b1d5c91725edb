import {
  buildSchema,
  isEnumType,
  isObjectType,
  isScalarType,
  type GraphQLEnumType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
} from "graphql";
import { pathless } from "../../../src/execution/pathless.ts";
import type { Thing } from "./world.ts";
import { type World } from "./world.ts";

/** Where two types have a field of one name, it has one type: random operations select both under one key. */
const SDL = /* GraphQL */ `
  enum Mood {
    GLAD
    SAD
  }
  scalar Odd
  scalar Slow
  input Place {
    x: Int = 1
    names: [String!]
    inner: Place
    mood: Mood = SAD
  }
  interface Named {
    name: String
    friend: Person
    named: Named
  }
  interface Creature {
    id: ID!
    mood: Mood
    pet: Pet
  }
  union Pet = Cat | Dog
  type Person implements Named {
    name: String
    friend: Person
    named: Named
    best: Person!
    friends: [Person!]
    everyone: [Person]!
    grid: [[Int!]!]
    rooms: [[Person!]]!
    age: Int
    score: Float!
    ok: Boolean!
    moods: [Mood!]!
    odd: Odd
    odds: [Odd!]
    slow: Slow
    surely: Slow!
    slows: [Slow!]
    pet: Pet
    pets: [Pet!]
    creature: Creature!
    creatures: [Creature]
    plain: String
    property: String
    method(x: Int = 2, place: Place): String!
    say(text: String = "hi", mood: Mood = GLAD, place: Place, list: [Int!], must: Int! = 3): String
    need(must: Int!): ID
  }
  type Cat implements Creature & Named {
    id: ID!
    mood: Mood
    pet: Pet
    name: String
    friend: Person
    named: Named
    plain: String
  }
  type Dog implements Creature {
    id: ID!
    mood: Mood
    pet: Pet
    best: Person!
    method(x: Int = 2, place: Place): String!
  }
  type Query {
    person: Person
    best: Person!
    people: [Person!]
    named: Named
    pet: Pet
    pets: [Pet!]
    creature: Creature!
    creatures: [Creature]
    say(text: String = "hi", mood: Mood = GLAD, place: Place, list: [Int!], must: Int! = 3): String
    surely: Slow!
  }
  type Mutation {
    person: Person
    best: Person!
    friends: [Person!]
    say(text: String = "hi", mood: Mood = GLAD, place: Place, list: [Int!], must: Int! = 3): String
    pet: Pet
  }
`;

/** What the source itself has. */
const DEFAULTS = ["plain", "property", "method"];

/**
 * A schema with everything in it; its context is a `World`.
 * @param isPathless whether resolvers are to be told nothing of where they are: for worlds whose things decide
 */
export function worldSchema(isPathless = false): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith("__")) giveResolvers(type, isPathless);
  }
  giveLeaves(schema);
  const pet = schema.getType("Pet") as GraphQLUnionType;
  pet.resolveType = (thing: Thing, world: World) => {
    const isFaulty = world.isFaulty(`${thing.at} resolve`);
    const wrong = [undefined, "Nobody", "Creature", "Person", 5][world.dice.roll(`${thing.at} wrong`, 5)];
    return later(world, `${thing.at} resolve`, (isFaulty ? wrong : thing.typename) as string);
  };
  for (const name of ["Cat", "Dog"]) {
    const type = schema.getType(name) as GraphQLObjectType;
    type.isTypeOf = (thing: Thing, world: World) => {
      if (world.isFaulty(`${thing.at} ${name}`)) {
        if (world.dice.isHit(`${thing.at} ${name} throws`, 50)) throw new Error(`Is ${thing.at} a ${name}?`);
        return false;
      }
      return later(world, `${thing.at} ${name}`, thing.typename === name);
    };
  }
  return schema;
}

function giveResolvers(type: GraphQLObjectType, isPathless: boolean): void {
  for (const field of Object.values(type.getFields())) {
    if (DEFAULTS.includes(field.name)) continue;
    field.resolve = (source, args: object, world: World, info) => world.resolve(source, args, info);
    if (isPathless) pathless(field.resolve);
  }
}

function giveLeaves(schema: GraphQLSchema): void {
  const mood = schema.getType("Mood") as GraphQLEnumType;
  if (!isEnumType(mood)) throw new Error("There are no moods.");
  const odd = schema.getType("Odd");
  const slow = schema.getType("Slow");
  if (!isScalarType(odd) || !isScalarType(slow)) throw new Error("There are no scalars.");
  odd.serialize = (value) => (value === "nothing" ? undefined : { odd: value });
  slow.serialize = (value) => (value as () => Promise<string>)();
}

function later<T>(world: World, name: string, value: T): T | Promise<T> {
  return world.isLate(name) ? world.clock.later(name, () => value) : value;
}
