import fc from "fast-check";
import { representationOf } from "./entity-operations.ts";

/** A representation for any world. */
export interface RandomRepresentation {
  /** Which of the ids of a world it names, or names nothing with. */
  readonly at: number;
  readonly isGood: boolean;
  readonly make: (id: string) => unknown;
}

const TYPES: readonly string[] = ["User", "Application", "Group"];
const types = fc.constantFrom(...TYPES);
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }));
const numbers = fc.nat(400);

const noText = fc.constantFrom<unknown>(undefined, null, 0, 7, -1.5, true, false, [], ["User"], {}, { id: "x" });
const foreignTypes = ["Order", "ApiKey", "Query", "Mutation", "Service", "Node", "_Entity", "_Any", "__Schema", "ID"];
const strangeTypes = ["", " ", "user", "USER", "User ", "constructor", "__proto__", "toString", "0", "null"];
const noType = fc.oneof(
  noText,
  fc.constantFrom(...foreignTypes, ...strangeTypes),
  text.filter((one) => !TYPES.includes(one)),
);
const malformed = [
  ...["", "x", ":", "::", "User", "User:", "User:service-0", "User:service-0:", "User::x", "User:service-0:x:y"],
  ...["user:service-0:x", "User:nowhere:x", "User:SERVICE-0:x", "User:constructor:x", "User:__proto__:x", "a:b:c"],
  ...["User:service-0:%zz", "User:service-0:%61", "User:service-0:a b", "User:service-0:\ud800", "Group:service-0:x"],
  ...["Group:service-0:team:x", "Group:service-0:constructor:x", "Application:service-0:", "ApiKey:service-0:x:y"],
  ...["x".repeat(50_000), `User:nowhere:${"x".repeat(50_000)}`, ":".repeat(5000), "%".repeat(5000)],
];
const noId = fc.oneof(
  noText,
  fc.constantFrom<unknown>(...malformed),
  text.filter((one) => !one.includes(":")),
);

const bad: fc.Arbitrary<RandomRepresentation["make"]> = fc.oneof(
  fc
    .oneof(fc.constantFrom<unknown>({}, [], "", "User", 0, 7, true, false, [[]]), fc.jsonValue(), text)
    // A list that may not hold it is refused as a whole, before anybody looks at it.
    .filter((value) => value !== null)
    .map((value) => () => value),
  noType.map((type) => (id: string) => ({ __typename: type, id })),
  fc.tuple(types, noId).map(([type, id]) => () => ({ __typename: type, id })),
  // The id of another type.
  fc.nat(1).map((which) => (id: string) => ({ __typename: TYPES.filter((type) => !id.startsWith(type))[which], id })),
  // What an object inherits is not in it.
  fc.constant((id: string) => JSON.parse(`{ "__proto__": ${JSON.stringify(representationOf(id))} }`) as unknown),
);

/** What a router may send beside an id: whatever others were told of the entity. */
const beside = fc.dictionary(
  fc.oneof(fc.constantFrom("name", "kind", "service", "__proto__", "constructor", "toString", "then", "record"), text),
  fc.jsonValue(),
  { maxKeys: 4 },
);
const good = fc
  .oneof(fc.constant({}), beside)
  .map(
    (fields) => (id: string) =>
      Object.fromEntries([...Object.entries(fields), ...Object.entries(representationOf(id))]),
  );

export const randomRepresentations: fc.Arbitrary<readonly RandomRepresentation[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ at: numbers, isGood: fc.constant(true), make: good }) },
    { weight: 2, arbitrary: fc.record({ at: numbers, isGood: fc.constant(false), make: bad }) },
  ),
  { minLength: 1, maxLength: 30, size: "max" },
);
