import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";

const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const PILOTS = "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf";
const AIR = "a7aff246-5f5b-4cf8-87d8-f316053e4a20";
const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";

const CREATE = `mutation ($input: CreateUserInput!) {
  createUser(input: $input) {
    user {
      id upstreamId service { name dialect } name email username status customData createdAt
      applications { nodes { id name } }
      groups { edges { role node { id kind name } } }
      apiKeys { id }
      econtext { organization { name } organizationAdmin }
      cloudFoundry { admin active defaultSpace { id name parent { name } } }
    }
    errors { code message path }
  }
}`;

interface Payload {
  readonly user: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
}

let graph: SandboxUnderTest;

function start(edition = "E1") {
  return startOverSandbox([{ dialect: econtext, edition }, { dialect: cloudFoundryV2 }]);
}

async function create(input: unknown): Promise<Payload> {
  const { body } = await graph.query(CREATE, { input });
  expect(body.errors).toBeUndefined();
  return (body.data as unknown as { createUser: Payload }).createUser;
}

function writes(service: string) {
  return graph.upstreams[service]?.requests.filter((request) => request.method !== "GET") ?? [];
}

function asked(): number {
  return Object.values(graph.upstreams).reduce((sum, upstream) => sum + upstream.requests.length, 0);
}

afterEach(() => graph.close());

describe.each(["E0", "E1", "E2"])("Creating a user in eContext (%s)", (edition) => {
  beforeEach(async () => {
    graph = await start(edition);
  });

  it("takes every input of the seed and answers the user with all relations, in one write", async () => {
    const { user, errors } = await create({
      econtext: {
        email: "Ines.Duarte@kestrel.example",
        password: "a new password",
        name: "Inês Duarte",
        customData: { base: "OPO", nested: { list: [1, null, "x"] } },
        applications: [`Application:directory:${PORTAL}`],
        groups: [PILOTS],
      },
    });
    expect(errors).toEqual([]);
    expect(user).toMatchObject({
      service: { name: "directory", dialect: "ECONTEXT" },
      name: "Inês Duarte",
      customData: { base: "OPO", nested: { list: [1, null, "x"] } },
      status: edition === "E2" ? "ENABLED" : "UNVERIFIED",
      applications: { nodes: [{ id: `Application:directory:${PORTAL}`, name: "Crew Portal" }] },
      apiKeys: [],
      cloudFoundry: null,
    });
    expect(user?.["email"]).toBe(edition === "E2" ? "Ines.Duarte@kestrel.example" : "ines.duarte@kestrel.example");
    expect(user?.["id"]).toBe(`User:directory:${String(user?.["upstreamId"])}`);
    expect(user?.["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { edges } = user?.["groups"] as { edges: unknown[] };
    expect(edges[0]).toEqual({
      role: "MEMBER",
      node: { id: `Group:directory:group:${PILOTS}`, kind: "GROUP", name: "Pilots" },
    });
    expect(writes("directory")).toHaveLength(1);
    expect(JSON.parse(writes("directory")[0]?.body ?? "")).toEqual({
      email: "Ines.Duarte@kestrel.example",
      password: "a new password",
      name: "Inês Duarte",
      custom_data: { base: "OPO", nested: { list: [1, null, "x"] } },
      applications: [PORTAL],
      groups: [PILOTS],
    });
  });

  it("tells a taken email as TAKEN, sends nothing twice and creates nobody", async () => {
    const before = await users();
    const { user, errors } = await create({
      econtext: { email: "ada.moreno@kestrel.example", password: "a new password", name: "Somebody Else" },
    });
    expect(user).toBeNull();
    expect(errors).toMatchObject([{ code: "TAKEN", path: ["input", "econtext", "email"] }]);
    expect(errors[0]?.message).toMatch(/no user was created/i);
    expect(writes("directory")).toHaveLength(1);
    expect(await users()).toEqual(before);
  });

  it("names the very application and group that do not exist", async () => {
    const before = await users();
    const { user, errors } = await create({
      econtext: {
        email: "new@kestrel.example",
        password: "a new password",
        name: "New",
        applications: [PORTAL, "no-such-application"],
      },
    });
    expect(user).toBeNull();
    expect(errors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "econtext", "applications", "1"] }]);
    const second = await create({
      econtext: {
        email: "new@kestrel.example",
        password: "a new password",
        // Another name: what the newest edition made before it refused the first one stays behind.
        name: "Newer",
        applications: [PORTAL],
        groups: [PILOTS, "no-such-group"],
      },
    });
    expect(second.errors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "econtext", "groups", "1"] }]);
    expect(writes("directory")).toHaveLength(2);
    expect(await users()).toEqual(before);
  });

  it("keeps custom data whatever its keys are", async () => {
    const customData = { then: 1, toJSON: "x", constructor: { name: null }, "": [], deep: { then: { then: [] } } };
    const kept = edition === "E2" ? { ...customData, "": undefined } : customData;
    const { user, errors } = await create({
      econtext: { email: "new@kestrel.example", password: "a new password", name: "New", customData: kept },
    });
    expect(errors).toEqual([]);
    expect(user?.["customData"]).toEqual(kept);
  });

  it("answers what it made when it is asked again", async () => {
    const { user } = await create({
      econtext: { email: "new@kestrel.example", password: "a new password", name: "New", applications: [PORTAL] },
    });
    const { body } = await graph.query(
      "query ($id: ID!) { node(id: $id) { ... on User { name applications { nodes { name } } } } }",
      { id: user?.["id"] },
    );
    expect(body).toEqual({ data: { node: { name: "New", applications: { nodes: [{ name: "Crew Portal" }] } } } });
  });

  async function users(): Promise<unknown> {
    const { body } = await graph.query('{ users(first: 100, service: "directory") { nodes { id } } }');
    return body.data;
  }
});

describe("Organizations of eContext's newest edition", () => {
  it("puts the user into the organization that is named", async () => {
    graph = await start("E2");
    const { user, errors } = await create({
      econtext: {
        email: "new@kestrel.example",
        password: "a new password",
        organization: `Group:directory:organization:${AIR}`,
      },
    });
    expect(errors).toEqual([]);
    expect(user).toMatchObject({ econtext: { organization: { name: "kestrel-air" } } });
  });

  it("must be named, or the user, since the edition names one after the user otherwise", async () => {
    graph = await start("E2");
    const { errors } = await create({ econtext: { email: "new@kestrel.example", password: "a new password" } });
    expect(errors).toMatchObject([{ code: "INVALID", path: ["input", "econtext", "name"] }]);
    expect(writes("directory")).toEqual([]);
  });

  it("are UNSUPPORTED in editions that have none, and nothing is written", async () => {
    graph = await start("E1");
    const { errors } = await create({
      econtext: { email: "new@kestrel.example", password: "a new password", organization: AIR },
    });
    expect(errors).toMatchObject([{ code: "UNSUPPORTED", path: ["input", "econtext", "organization"] }]);
    expect(writes("directory")).toEqual([]);
  });
});

describe("Creating a user in Cloud Foundry", () => {
  beforeEach(async () => {
    graph = await start();
  });

  it("takes every input of the seed", async () => {
    const { user, errors } = await create({
      cloudFoundry: { guid: "guid-of-uaa", defaultSpace: `Group:cloud:space:${PRODUCTION}`, admin: true },
    });
    expect(errors).toEqual([]);
    expect(user).toMatchObject({
      id: "User:cloud:guid-of-uaa",
      upstreamId: "guid-of-uaa",
      service: { name: "cloud", dialect: "CLOUD_FOUNDRY_V2" },
      status: "UNVERIFIED",
      name: null,
      email: null,
      applications: { nodes: [] },
      groups: { edges: [] },
      apiKeys: [],
      econtext: null,
      cloudFoundry: {
        admin: true,
        active: false,
        defaultSpace: {
          id: `Group:cloud:space:${PRODUCTION}`,
          name: "production",
          parent: { name: "kestrel-air" },
        },
      },
    });
    expect(writes("cloud")).toHaveLength(1);
    expect(JSON.parse(writes("cloud")[0]?.body ?? "")).toEqual({
      guid: "guid-of-uaa",
      default_space_guid: PRODUCTION,
      admin: true,
    });
  });

  it("needs nothing but the guid", async () => {
    const { user } = await create({ cloudFoundry: { guid: "guid-of-uaa" } });
    expect(user).toMatchObject({ cloudFoundry: { admin: false, active: false, defaultSpace: null } });
    expect(JSON.parse(writes("cloud")[0]?.body ?? "")).toEqual({ guid: "guid-of-uaa" });
  });

  it("takes no global id for a guid", async () => {
    const { user, errors } = await create({ cloudFoundry: { guid: "User:cloud:2f6f0b7f-4f11" } });
    expect(user).toBeNull();
    expect(errors).toMatchObject([{ code: "INVALID", path: ["input", "cloudFoundry", "guid"] }]);
    expect(asked()).toBe(0);
  });

  it("tells a taken guid as TAKEN, after one write", async () => {
    const { user, errors } = await create({ cloudFoundry: { guid: "a3bc334a-f9f2-4797-aaa2-1440811c0ec0" } });
    expect(user).toBeNull();
    expect(errors).toMatchObject([{ code: "TAKEN", path: ["input", "cloudFoundry", "guid"] }]);
    expect(errors[0]?.message).toMatch(/no user was created/i);
    expect(writes("cloud")).toHaveLength(1);
  });

  it("tells an unknown space as NOT_FOUND", async () => {
    const { errors } = await create({ cloudFoundry: { guid: "guid-of-uaa", defaultSpace: "no-such-space" } });
    expect(errors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "cloudFoundry", "defaultSpace"] }]);
    const { body } = await graph.query('{ user(id: "User:cloud:guid-of-uaa") { status } }');
    expect(body.data).toEqual({ user: null });
  });
});

describe("Input that is wrong by itself", () => {
  beforeEach(async () => {
    graph = await start();
  });

  const good = { email: "new@kestrel.example", password: "a new password" };

  it.each([
    ["both dialects at once", { econtext: good, cloudFoundry: { guid: "x" } }, [["INVALID", "input"]]],
    ["neither dialect", {}, [["INVALID", "input"]]],
    ["null for the one dialect", { econtext: null }, [["INVALID", "input"]]],
    [
      "a password of 6 characters after trimming",
      { econtext: { ...good, password: "  short1 \t" } },
      [["INVALID", "input.econtext.password"]],
    ],
    [
      "a password of 6 characters, each of two code units",
      { econtext: { ...good, password: "😀😀😀😀😀😀" } },
      [["INVALID", "input.econtext.password"]],
    ],
    ["no password", { econtext: { ...good, password: "" } }, [["INVALID", "input.econtext.password"]]],
    ["a malformed email", { econtext: { ...good, email: "not an email" } }, [["INVALID", "input.econtext.email"]]],
    ["an empty email", { econtext: { ...good, email: "  " } }, [["INVALID", "input.econtext.email"]]],
    [
      "email, password and an id at once",
      { econtext: { email: "x", password: "y", applications: [PORTAL, "User:directory:x"], groups: [""] } },
      [
        ["INVALID", "input.econtext.applications.1"],
        ["INVALID", "input.econtext.email"],
        ["INVALID", "input.econtext.groups.0"],
        ["INVALID", "input.econtext.password"],
      ],
    ],
    [
      "an application of another service",
      { econtext: { ...good, applications: ["Application:cloud:x"] } },
      [["INVALID", "input.econtext.applications.0"]],
    ],
    [
      "an id of an unknown service",
      { econtext: { ...good, applications: ["Application:nowhere:x"] } },
      [["INVALID", "input.econtext.applications.0"]],
    ],
    [
      "a group in place of an application",
      { econtext: { ...good, applications: [`Group:directory:group:${PILOTS}`] } },
      [["INVALID", "input.econtext.applications.0"]],
    ],
    [
      "an organization in place of a group",
      { econtext: { ...good, groups: [`Group:directory:organization:${AIR}`] } },
      [["INVALID", "input.econtext.groups.0"]],
    ],
    [
      "an id that leads to another path",
      { econtext: { ...good, applications: ["../users"], groups: ["a/b"] } },
      [
        ["INVALID", "input.econtext.applications.0"],
        ["INVALID", "input.econtext.groups.0"],
      ],
    ],
    ["an unknown service", { econtext: { ...good, service: "nowhere" } }, [["INVALID", "input.econtext.service"]]],
    [
      "a service of the other dialect",
      { econtext: { ...good, service: "cloud" } },
      [["INVALID", "input.econtext.service"]],
    ],
    ["an empty guid", { cloudFoundry: { guid: "" } }, [["INVALID", "input.cloudFoundry.guid"]]],
    ["a blank guid", { cloudFoundry: { guid: "  " } }, [["INVALID", "input.cloudFoundry.guid"]]],
    [
      "an organization in place of a space",
      { cloudFoundry: { guid: "x", defaultSpace: `Group:cloud:organization:${AIR}` } },
      [["INVALID", "input.cloudFoundry.defaultSpace"]],
    ],
    [
      "a space of another service",
      { cloudFoundry: { guid: "x", defaultSpace: "Group:directory:space:x" } },
      [["INVALID", "input.cloudFoundry.defaultSpace"]],
    ],
  ])("is told with its path and asks nobody: %s", async (_what, input, expected) => {
    const { user, errors } = await create(input);
    expect(user).toBeNull();
    expect(errors.map(({ code, path }) => [code, path.join(".")]).sort()).toEqual(expected);
    expect(asked()).toBe(0);
  });

  it("never repeats the password in an error", async () => {
    const { text } = await graph.query(CREATE, { input: { econtext: { ...good, password: "s3cr3t" } } });
    expect(text).not.toContain("s3cr3t");
  });

  it("is told in the same way when it stands in the document itself", async () => {
    const { body } = await graph.query("mutation { createUser(input: {}) { user { id } errors { code path } } }");
    expect(body).toEqual({ data: { createUser: { user: null, errors: [{ code: "INVALID", path: ["input"] }] } } });
  });
});
