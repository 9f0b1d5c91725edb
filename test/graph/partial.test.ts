import { afterEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

const started: (Upstream | GatewayUnderTest)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

/** Both sandboxes; the Cloud Foundry refuses everybody at these paths. */
async function start(...forbidden: readonly string[]) {
  const serveCloud = cloudFoundryV2.sandbox.serve(PEOPLE, {});
  const directory = await startUpstream(econtext.sandbox.serve(PEOPLE, {}));
  const cloud = await startUpstream((request) =>
    forbidden.includes(new URL(request.url).pathname)
      ? Response.json({ description: "no", error_code: "CF-NotAuthorized", code: 10003 }, { status: 403 })
      : serveCloud(request),
  );
  const services = [
    {
      name: "directory",
      dialect: "econtext",
      url: `${directory.origin}/api`,
      credentials: econtext.sandbox.credentials,
    },
    {
      name: "cloud",
      dialect: "cloud-foundry-v2",
      url: cloud.origin,
      credentials: cloudFoundryV2.sandbox.credentials,
    },
  ];
  started.push(directory, cloud);
  const graph = (order: readonly number[] = [0, 1]) => {
    const gateway = startGateway(order.map((index) => services[index] as (typeof services)[number]));
    started.push(gateway);
    return gateway;
  };
  return { directory, cloud, graph };
}

const EVERYONE = PEOPLE.users.length;

describe("A list over services of which one refuses", () => {
  it("gives the pages that do not reach it, and says that there may be more", async () => {
    const { cloud, graph } = await start("/v2/users");
    const { query } = graph();
    const page = `users(first: ${EVERYONE}) { nodes { id } }`;
    const { body } = await query(`{ ${page} }`);
    expect(body.errors).toBeUndefined();
    expect((body.data as unknown as { users: { nodes: unknown[] } }).users.nodes).toHaveLength(EVERYONE);
    expect(cloud.requests).toEqual([]);
    const wanting = await query(`{ users(first: ${EVERYONE}) { nodes { id } pageInfo { hasNextPage endCursor } } }`);
    expect(wanting.body).toMatchObject({ data: { users: { pageInfo: { hasNextPage: true } } } });
    const { users } = wanting.body.data as unknown as { users: { pageInfo: { endCursor: string } } };
    const next = await query("query ($after: String) { users(after: $after) { nodes { id } } }", {
      after: users.pageInfo.endCursor,
    });
    expect(next.body.errors).toMatchObject([{ extensions: { code: "FORBIDDEN", service: "cloud" } }]);
  });

  it("keeps its page where only the sum cannot be told", async () => {
    const { graph } = await start("/v2/spaces");
    const { body } = await graph().query('{ groups(first: 1, service: "cloud") { nodes { name } totalCount } }');
    expect(body.data).toEqual({ groups: { nodes: [{ name: "kestrel-air" }], totalCount: null } });
    expect(body.errors).toMatchObject([{ path: ["groups", "totalCount"], extensions: { code: "FORBIDDEN" } }]);
  });

  it("asks nobody for a sum where one service does not count", async () => {
    const { directory, cloud, graph } = await start();
    const { body } = await graph([1, 0]).query("{ groups(first: 1) { nodes { name } totalCount } }");
    expect(body).toEqual({ data: { groups: { nodes: [{ name: "kestrel-air" }], totalCount: null } } });
    expect(cloud.requests).toHaveLength(1);
    expect(directory.requests).toHaveLength(0);
  });

  it("leaves the rest of the answer whole", async () => {
    const { graph } = await start("/v2/users");
    const { body } = await graph().query(
      '{ a: users(first: 1, service: "directory") { nodes { name } } b: users(first: 1, service: "cloud") { nodes { username } } }',
    );
    expect(body.data).toEqual({ a: { nodes: [{ name: "Ada Moreno" }] }, b: null });
    expect(body.errors).toMatchObject([{ path: ["b"], extensions: { code: "FORBIDDEN", service: "cloud" } }]);
  });
});
