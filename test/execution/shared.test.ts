import { buildSchema, execute, getOperationAST, GraphQLError, parse, type ExecutionResult } from "graphql";
import { describe, expect, it } from "vitest";
import { compileOperation } from "../../src/execution/operation.ts";

const schema = buildSchema(`
  type Query { groups: [Group] sure: [Sure] }
  type Group { id: ID name: String late: String owner: Owner tags: [String] bad: String lateBad: String must: Must lateMust: Must }
  type Owner { name: String late: String lateBad: String }
  type Must { sure: String! lateSure: String! name: String }
  type Sure { must: Must! name: String }
`);

/** Counts how often each field is resolved. */
function world() {
  const calls = new Map<string, number>();
  const told = <T>(name: string, value: T): T => {
    calls.set(name, (calls.get(name) ?? 0) + 1);
    return value;
  };
  const later = <T>(value: () => T) => new Promise((resolve) => setImmediate(resolve)).then(value);
  const fail = (): never => {
    throw new GraphQLError("No", { extensions: { code: "X" } });
  };
  const owner = {
    name: () => told("owner.name", "Ada"),
    late: () => later(() => told("owner.late", "late")),
    lateBad: () => later(fail),
  };
  const must = { sure: null, lateSure: () => later(() => null), name: "m" };
  const group = (id: string) => ({
    id,
    name: () => told(`${id}.name`, `Group ${id}`),
    late: () => later(() => told(`${id}.late`, `late ${id}`)),
    owner,
    tags: () => told(`${id}.tags`, ["a", "b"]),
    bad: fail,
    lateBad: () => later(fail),
    must,
    lateMust: () => later(() => must),
  });
  const [a, b] = [group("a"), group("b")];
  return {
    calls,
    root: {
      groups: [a, b, a, a, b, null, a],
      sure: [
        { must, name: "s" },
        { must, name: "t" },
      ],
    },
  };
}

async function both(
  query: string,
): Promise<{ ours: ExecutionResult; theirs: ExecutionResult; calls: Map<string, number> }> {
  const document = parse(query);
  const operation = compileOperation(schema, document, getOperationAST(document) as never);
  const { calls, root } = world();
  const ours = await operation?.execute({ context: {}, variables: {}, rootValue: root });
  const theirs = await execute({ schema, document, rootValue: world().root });
  return { ours: ours as ExecutionResult, theirs, calls };
}

function plain({ data, errors }: ExecutionResult) {
  return {
    data: JSON.stringify(data),
    errors: errors?.map((error) => JSON.stringify(error)).toSorted(),
  };
}

describe("The same thing in several places of an answer", () => {
  it("is asked once for the same", async () => {
    const { ours, theirs, calls } = await both("{ groups { id name late owner { name late } } }");
    expect(plain(ours)).toEqual(plain(theirs));
    expect(Object.fromEntries(calls)).toEqual({
      "a.name": 1,
      "b.name": 1,
      "a.late": 1,
      "b.late": 1,
      "owner.name": 1,
      "owner.late": 1,
    });
  });

  it("is asked anew for its lists, which are counted wherever they stand", async () => {
    const { ours, theirs, calls } = await both("{ groups { id name tags } }");
    expect(plain(ours)).toEqual(plain(theirs));
    expect(calls.get("a.tags")).toBe(4);
    expect(calls.get("a.name")).toBe(4);
  });

  it("is asked for different things under different names", async () => {
    const { ours, theirs } = await both("{ groups { id name } more: groups { name late } }");
    expect(plain(ours)).toEqual(plain(theirs));
  });

  it.each([
    "{ groups { id bad } }",
    "{ groups { id lateBad name } }",
    "{ groups { bad lateBad late } }",
    "{ groups { name owner { late lateBad } } }",
    "{ groups { id must { sure } } }",
    "{ groups { id must { name lateSure } late } }",
    "{ groups { id lateMust { name sure } late } }",
    "{ groups { lateMust { lateSure } owner { lateBad } must { name } } }",
    "{ sure { name must { name } } }",
    "{ sure { name must { sure } } }",
    "{ sure { name must { name lateSure } } groups { must { lateSure } } }",
  ])("tells of each place what failed there: %s", async (query) => {
    const { ours, theirs } = await both(query);
    expect(plain(ours)).toEqual(plain(theirs));
    const again = query.replace("{ groups", "{ first: groups { late } groups");
    const other = await both(again);
    expect(plain(other.ours)).toEqual(plain(other.theirs));
  });
});
