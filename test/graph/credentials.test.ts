import { afterEach, describe, expect, it } from "vitest";
import { startGateway, type GatewayUnderTest } from "../support/gateway.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";

const QUERY = '{ user(id: "User:directory:x") { name } other: user(id: "User:cloud:x") { username } }';

const started: (Upstream | GatewayUnderTest)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

async function twoServices() {
  const econtext = await startUpstream(() =>
    Response.json({
      econtext: { result: { user: { id: "x", name: "X", applications: [], groups: [], apikeys: [] } } },
    }),
  );
  const cloud = await startUpstream(() =>
    Response.json({ metadata: { guid: "x", url: "/v2/users/x" }, entity: { username: "x@example.com" } }),
  );
  started.push(econtext, cloud);
  return { econtext, cloud };
}

function forwardingGateway(econtext: Upstream, cloud: Upstream): GatewayUnderTest {
  const graph = startGateway([
    {
      name: "directory",
      dialect: "econtext",
      url: `${econtext.origin}/api`,
      credentials: { forward: "authorization" },
    },
    {
      name: "cloud",
      dialect: "cloud-foundry-v2",
      url: cloud.origin,
      credentials: { forward: "x-cloud-authorization" },
    },
  ]);
  started.push(graph);
  return graph;
}

function headersSeen(upstream: Upstream) {
  return [...new Set(upstream.requests.map((request) => request.authorization))];
}

describe("Credentials", () => {
  it("go from the caller's header to its service as they are, and nowhere else", async () => {
    const { econtext, cloud } = await twoServices();
    const graph = forwardingGateway(econtext, cloud);
    const { body } = await graph.query(QUERY, undefined, {
      authorization: "Basic bWU6cGVyJTI1Y2VudA==",
      "x-cloud-authorization": "bearer cloud-token",
      cookie: "session=secret",
    });
    expect(body).toEqual({ data: { user: { name: "X" }, other: { username: "x@example.com" } } });
    expect(headersSeen(econtext)).toEqual(["Basic bWU6cGVyJTI1Y2VudA=="]);
    expect(headersSeen(cloud)).toEqual(["bearer cloud-token"]);
  });

  it("that are missing are UNAUTHENTICATED without asking the service; the other one answers", async () => {
    const { econtext, cloud } = await twoServices();
    const graph = forwardingGateway(econtext, cloud);
    const { body } = await graph.query(QUERY, undefined, { "x-cloud-authorization": "bearer cloud-token" });
    expect(body.data).toEqual({ user: null, other: { username: "x@example.com" } });
    expect(body.errors).toMatchObject([
      { path: ["user"], extensions: { code: "UNAUTHENTICATED", service: "directory", retryable: false } },
    ]);
    expect(body.errors?.[0]?.message).toContain("`authorization`");
    expect(econtext.requests).toEqual([]);
  });

  it("of the configuration are percent-encoded where eContext decodes them, and sent as a bearer token elsewhere", async () => {
    const { econtext, cloud } = await twoServices();
    const graph = startGateway([
      {
        name: "directory",
        dialect: "econtext",
        url: `${econtext.origin}/api`,
        credentials: { basic: { username: "ada@example.com", password: "100%25 sure" } },
      },
      { name: "cloud", dialect: "cloud-foundry-v2", url: cloud.origin, credentials: { bearer: "configured-token" } },
    ]);
    started.push(graph);
    await graph.query(QUERY, undefined, { authorization: "Basic bm90OnVzZWQ=" });
    const [header] = headersSeen(econtext);
    expect(Buffer.from(header?.replace("Basic ", "") ?? "", "base64").toString()).toBe(
      "ada%40example.com:100%2525%20sure",
    );
    expect(headersSeen(cloud)).toEqual(["bearer configured-token"]);
  });

  it("that the service refuses are UNAUTHENTICATED, in our own words", async () => {
    const upstream = await startUpstream(() =>
      Response.json(
        { error: { title: "401 Unauthorized", description: "Authentication required for ada, hash $2b$12$abc" } },
        { status: 401 },
      ),
    );
    started.push(upstream);
    const graph = startGateway([{ name: "directory", dialect: "econtext", url: `${upstream.origin}/api` }]);
    started.push(graph);
    const { body, text } = await graph.query('{ user(id: "x") { name } }', undefined, { authorization: "Basic eA==" });
    expect(body.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED", service: "directory" } }]);
    expect(text).not.toMatch(/hash|\$2b|required/);
  });
});
