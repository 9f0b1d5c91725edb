import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { startGateway, startOverSandbox, type SandboxUnderTest } from "../support/gateway.ts";
import { MUTATIONS } from "../support/mutations.ts";
import { startUpstream } from "../support/upstream.ts";

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
const FEMI = "4aaf9b85-3f4a-4d88-9cab-6e5d4f3a2b05";
const GRETA = "5bb0ac96-4a5b-4e99-8dbc-7f6e5a4b3c06";
const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const ROSTER = "ec48dad3-ca61-4d74-a584-3ee3db4708ef";
const PILOTS = "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf";
const DISPATCH = "16191e59-85e8-416f-826d-9cf8106c8cad";
const AIR = "a7aff246-5f5b-4cf8-87d8-f316053e4a20";
const CARGO = "1c0e6074-777f-450e-9abc-c42f39d9b75b";
const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";

const user = (id: string, service = "directory") => `User:${service}:${id}`;
const group = (id: string) => `Group:directory:group:${id}`;
const application = (id: string) => `Application:directory:${id}`;
const space = (id: string) => `Group:cloud:space:${id}`;
const organization = (id: string) => `Group:cloud:organization:${id}`;

interface Edges {
  readonly edges: readonly { readonly role: string; readonly node: { readonly id: string } }[];
}
interface UserAfter {
  readonly [field: string]: unknown;
  readonly applications: { readonly nodes: readonly { readonly id: string }[] };
  readonly groups: Edges;
}
interface Payload {
  readonly user: UserAfter | null;
  readonly group: Readonly<Record<string, unknown>> | null;
  readonly application: Readonly<Record<string, unknown>> | null;
  readonly apiKey: Readonly<Record<string, unknown>> | null;
  readonly secret: string | null;
  readonly deletedId: string | null;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
}

let graph: SandboxUnderTest;

async function mutate(field: keyof typeof MUTATIONS, input: Record<string, unknown>): Promise<Payload> {
  const { body } = await graph.query(MUTATIONS[field], { input });
  expect(body.errors).toBeUndefined();
  return (body.data as Record<string, unknown>)[field] as Payload;
}

/** What is refused: the code and the path of each problem. */
async function problems(field: keyof typeof MUTATIONS, input: Record<string, unknown>) {
  const { errors, ...rest } = await mutate(field, input);
  expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  return errors.map(({ code, path }) => [code, path.join(".")]);
}

async function ask(query: string): Promise<Record<string, unknown>> {
  const { body } = await graph.query(query);
  expect(body.errors).toBeUndefined();
  return body.data as unknown as Record<string, unknown>;
}

function requests() {
  return Object.values(graph.upstreams).flatMap((upstream) => upstream.requests);
}

function writes() {
  return requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, target }) => `${method} ${target}`);
}

/** Runs something, and says which writes it sent. */
async function written(run: () => Promise<unknown>): Promise<readonly string[]> {
  const before = writes().length;
  await run();
  return writes().slice(before);
}

/** What is asked of nobody. */
async function asksNobody(run: () => Promise<unknown>): Promise<void> {
  const before = requests().length;
  await run();
  expect(requests().length).toBe(before);
}

const groupsOf = ({ user: after }: Payload) => after?.groups.edges.map(({ role, node }) => `${role} ${node.id}`);
const applicationsOf = ({ user: after }: Payload) => after?.applications.nodes.map(({ id }) => id);

afterEach(() => graph.close());

describe.each(["E0", "E1", "E2"])("Writes in eContext (%s)", (edition) => {
  const isE2 = edition === "E2";

  beforeEach(async () => {
    graph = await startOverSandbox([{ dialect: econtext, edition }, { dialect: cloudFoundryV2 }]);
  });

  it("carry a user through life, from creation through memberships and keys to deletion", async () => {
    const created = await mutate("createUser", {
      econtext: {
        email: "ines.duarte@kestrel.example",
        password: "a long enough one",
        name: "Inês Duarte",
        applications: [PORTAL],
      },
    });
    expect(created.errors).toEqual([]);
    const id = String(created.user?.["id"]);

    const renamed = await mutate("updateUser", { id, econtext: { name: "Inês D.", customData: { base: "OPO" } } });
    expect(renamed.errors).toEqual([]);
    expect(renamed.user).toMatchObject({
      id,
      name: "Inês D.",
      email: "ines.duarte@kestrel.example",
      customData: { base: "OPO" },
      applications: { nodes: [{ name: "Crew Portal" }] },
    });

    const inPilots = await mutate("addUserToGroup", { user: id, group: group(PILOTS) });
    expect(inPilots.errors).toEqual([]);
    expect(inPilots.group).toEqual({ id: group(PILOTS), name: "Pilots", kind: "GROUP" });
    expect(groupsOf(inPilots)).toContain(`MEMBER ${group(PILOTS)}`);

    const inRoster = await mutate("addUserToApplication", { user: id, application: application(ROSTER) });
    expect(inRoster.application).toEqual({ id: application(ROSTER), name: "Roster API" });
    expect(applicationsOf(inRoster)).toEqual([application(PORTAL), application(ROSTER)]);

    const { apiKey, secret } = await mutate("createApiKey", { user: id, name: "export", description: "nightly" });
    expect(apiKey).toMatchObject({ name: "export", description: "nightly", status: "ENABLED" });
    expect(secret).toMatch(/^\S{20,}$/);
    const key = String(apiKey?.["id"]);
    expect(await ask(`{ user(id: "${id}") { apiKeys { id name status } } }`)).toEqual({
      user: { apiKeys: [{ id: key, name: "export", status: "ENABLED" }] },
    });

    expect(await problems("deleteApiKey", { id: key })).toEqual([["CONFLICT", "input.id"]]);
    const disabled = await mutate("updateApiKey", { id: key, status: "DISABLED", description: null });
    expect(disabled.apiKey).toMatchObject({ id: key, name: "export", status: "DISABLED" });
    expect(disabled.apiKey?.["description"] ?? "").toBe("");
    expect((await mutate("deleteApiKey", { id: key })).deletedId).toBe(key);
    expect(await ask(`{ user(id: "${id}") { apiKeys { id } } }`)).toEqual({ user: { apiKeys: [] } });

    const outOfRoster = await mutate("removeUserFromApplication", { user: id, application: application(ROSTER) });
    expect(applicationsOf(outOfRoster)).toEqual([application(PORTAL)]);
    const outOfPilots = await mutate("removeUserFromGroup", { user: id, group: group(PILOTS) });
    expect(groupsOf(outOfPilots)).not.toContain(`MEMBER ${group(PILOTS)}`);

    if (isE2) await mutate("updateUser", { id, econtext: { status: "ENABLED" } });
    else expect((await mutate("updateUser", { id, econtext: { status: "ENABLED" } })).user?.["status"]).toBe("ENABLED");
    const refused = await mutate("deleteUser", { id });
    expect(refused.errors).toMatchObject([{ code: "CONFLICT", path: ["input", "id"] }]);
    expect(refused.errors[0]?.message).toMatch(/DISABLED/);
    expect((await mutate("updateUser", { id, econtext: { status: "DISABLED" } })).user?.["status"]).toBe("DISABLED");
    expect(await mutate("deleteUser", { id })).toEqual({ deletedId: id, errors: [] });
    expect(await ask(`{ user(id: "${id}") { name } node(id: "${id}") { id ... on User { name } } }`)).toEqual({
      user: null,
      node: null,
    });
    expect(await problems("deleteUser", { id })).toEqual([["NOT_FOUND", "input.id"]]);
  });

  it("change what is given, leave what is left out, and clear what is null", async () => {
    const id = user(ADA);
    const before = (await mutate("updateUser", { id, econtext: {} })).user;
    const name = await mutate("updateUser", { id, econtext: { name: null } });
    expect(name.user).toMatchObject({ ...before, name: isE2 ? "" : null, updatedAt: expect.any(String) as string });
    const cleared = await mutate("updateUser", { id, econtext: { customData: null } });
    expect(cleared.user?.["customData"]).toEqual(isE2 ? {} : null);
    await mutate("updateUser", { id, econtext: { customData: { a: 1, b: { c: [null] } } } });
    const emptied = await mutate("updateUser", { id, econtext: { customData: {} } });
    // E0 keeps what it is sent; from tag 1.0.3 on nothing is null.
    expect(emptied.user?.["customData"]).toEqual(edition === "E1" ? null : {});
    expect(emptied.user).toMatchObject({ email: before?.["email"], groups: before?.groups });
  });

  it("send nothing where nothing changes", async () => {
    expect(await written(() => mutate("updateUser", { id: user(ADA), econtext: {} }))).toEqual([]);
    expect(await problems("updateUser", { id: user("nobody"), econtext: {} })).toEqual([["NOT_FOUND", "input.id"]]);
  });

  it("tell everything that is wrong with a change at once, and ask nobody", async () => {
    // Which edition this is, is known by now: to find out is a question of its own.
    await ask("{ users(first: 1) { nodes { name } } }");
    const econtextChange = { email: "nowhere", password: " short ", name: "x".repeat(1001), status: "UNKNOWN" };
    await asksNobody(async () => {
      expect(await problems("updateUser", { id: user(ADA), econtext: econtextChange })).toEqual([
        ["INVALID", "input.econtext.email"],
        ["INVALID", "input.econtext.password"],
        ["INVALID", "input.econtext.name"],
        ["INVALID", "input.econtext.status"],
      ]);
      expect(
        await problems("updateUser", { id: user(ADA), econtext: { email: null, password: null, status: null } }),
      ).toEqual([
        ["UNSUPPORTED", "input.econtext.email"],
        ["UNSUPPORTED", "input.econtext.password"],
        ["UNSUPPORTED", "input.econtext.status"],
      ]);
    });
  });

  it("take an email that somebody has for TAKEN, and one's own for no change", async () => {
    const taken = { id: user(BRAM), econtext: { email: "ada.moreno@kestrel.example" } };
    expect(await problems("updateUser", taken)).toEqual([["TAKEN", "input.econtext.email"]]);
    const own = await mutate("updateUser", { id: user(ADA), econtext: { email: "ada.moreno@kestrel.example" } });
    expect(own.errors).toEqual([]);
    if (!isE2) {
      const shouted = await mutate("updateUser", {
        id: user(ADA),
        econtext: { email: " ADA.Moreno@kestrel.example " },
      });
      expect(shouted.user).toMatchObject({ email: "ada.moreno@kestrel.example" });
    }
  });

  it("need the group's application first, and say so", async () => {
    const { errors } = await mutate("addUserToGroup", { user: user(BRAM), group: group(DISPATCH) });
    expect(errors).toMatchObject([{ code: "CONFLICT", path: ["input", "group"] }]);
    expect(errors[0]?.message).toMatch(/application/);
  });

  it("keep a user's last application where the edition minds", async () => {
    const last = { user: user(BRAM), application: application(PORTAL) };
    if (isE2) {
      expect(applicationsOf(await mutate("removeUserFromApplication", last))).toEqual([]);
    } else {
      expect(await problems("removeUserFromApplication", last)).toEqual([["CONFLICT", "input.application"]]);
    }
  });

  it("name what is not there", async () => {
    const nobody = user("nobody");
    expect(await problems("updateUser", { id: nobody, econtext: { name: "x" } })).toEqual([["NOT_FOUND", "input.id"]]);
    expect(await problems("addUserToGroup", { user: nobody, group: group(PILOTS) })).toEqual([
      ["NOT_FOUND", "input.user"],
    ]);
    expect(await problems("addUserToApplication", { user: user(ADA), application: application("none") })).toEqual([
      ["NOT_FOUND", "input.application"],
    ]);
    expect(await problems("removeUserFromApplication", { user: nobody, application: application(PORTAL) })).toEqual([
      ["NOT_FOUND", "input.user"],
    ]);
    expect(await problems("createApiKey", { user: nobody })).toEqual([["NOT_FOUND", "input.user"]]);
    const key = `ApiKey:directory:${ADA}:NOSUCHKEY`;
    expect(await problems("updateApiKey", { id: key, name: "x" })).toEqual([["NOT_FOUND", "input.id"]]);
    expect(await problems("deleteApiKey", { id: key })).toEqual([["NOT_FOUND", "input.id"]]);
  });

  it("never touch a key of another user", async () => {
    const { apiKey } = await mutate("createApiKey", { user: user(ADA), name: "mine" });
    // E2 looks whose key it is, once it is known to be E2; before, and in the others, we do.
    await ask("{ users(first: 1) { nodes { name } } }");
    const stolen = String(apiKey?.["id"]).replace(ADA, BRAM);
    expect(await written(async () => expect(await problems("deleteApiKey", { id: stolen })).toHaveLength(1))).toEqual(
      isE2 ? [expect.stringContaining("DELETE")] : [],
    );
    expect(await problems("updateApiKey", { id: stolen, name: "x" })).toEqual([["NOT_FOUND", "input.id"]]);
    const { user: ada } = await ask(`{ user(id: "${user(ADA)}") { apiKeys { id name } } }`);
    expect(ada).toMatchObject({ apiKeys: expect.arrayContaining([{ id: apiKey?.["id"], name: "mine" }]) as unknown });
  });

  it("refuse what the dialect lacks before any call", async () => {
    await asksNobody(async () => {
      const toOrganization = { user: user(ADA), group: `Group:directory:organization:${AIR}` };
      expect(await problems("addUserToGroup", toOrganization)).toEqual([["UNSUPPORTED", "input.group"]]);
      expect(await problems("addUserToGroup", { user: user(ADA), group: group(PILOTS), role: "MANAGER" })).toEqual([
        ["UNSUPPORTED", "input.role"],
      ]);
      expect(await problems("updateUser", { id: user(ADA), cloudFoundry: { admin: true } })).toEqual([
        ["UNSUPPORTED", "input.cloudFoundry"],
      ]);
    });
  });

  it("show a later mutation of the same operation what an earlier one did", async () => {
    const input = (name: string) => `input: { id: "${user(ADA)}", econtext: { name: "${name}" } }`;
    const selection = "user { name groups { nodes { name } } } errors { code }";
    const data = await ask(`mutation {
      first: updateUser(${input("One")}) { ${selection} }
      left: removeUserFromGroup(input: { user: "${user(ADA)}", group: "${group(PILOTS)}" }) { ${selection} }
      second: updateUser(${input("Two")}) { ${selection} }
      back: addUserToGroup(input: { user: "${user(ADA)}", group: "${group(PILOTS)}" }) { ${selection} }
    }`);
    const organization = isE2 ? [{ name: "kestrel-air" }] : [];
    const without = [{ name: "Portal Admins" }, ...organization];
    const all = [{ name: "Pilots" }, ...without];
    expect(data).toEqual({
      first: { user: { name: "One", groups: { nodes: all } }, errors: [] },
      left: { user: { name: "One", groups: { nodes: without } }, errors: [] },
      second: { user: { name: "Two", groups: { nodes: without } }, errors: [] },
      back: { user: { name: "Two", groups: { nodes: all } }, errors: [] },
    });
  });
});

describe("Writes in Cloud Foundry", () => {
  beforeEach(async () => {
    graph = await startOverSandbox([{ dialect: econtext }, { dialect: cloudFoundryV2 }]);
  });

  it("carry a user through life, from creation through all seven relations to deletion", async () => {
    const created = await mutate("createUser", { cloudFoundry: { guid: "uaa-77" } });
    expect(created.errors).toEqual([]);
    const id = user("uaa-77", "cloud");

    const changed = await mutate("updateUser", { id, cloudFoundry: { admin: true, defaultSpace: PRODUCTION } });
    expect(changed.user?.["cloudFoundry"]).toEqual({
      admin: true,
      defaultSpace: { id: space(PRODUCTION), name: "production" },
    });

    const roles = [
      [organization(AIR), "MEMBER"],
      [organization(AIR), "MANAGER"],
      [organization(AIR), "BILLING_MANAGER"],
      [organization(AIR), "AUDITOR"],
      [space(PRODUCTION), "DEVELOPER"],
      [space(PRODUCTION), "MANAGER"],
      [space(PRODUCTION), "AUDITOR"],
    ] as const;
    const held: string[] = [];
    for (const [where, role] of roles) {
      // The first of each kind is what is meant where no role is given.
      const byDefault = role === "MEMBER" || role === "DEVELOPER";
      const input = { user: id, group: where, ...(!byDefault && { role }) };
      held.push(`${role} ${where}`);
      const after = await mutate("addUserToGroup", input);
      expect(after.errors).toEqual([]);
      expect(after.group).toMatchObject({ id: where });
      expect(groupsOf(after)).toEqual(held);
      expect(groupsOf(await mutate("addUserToGroup", input))).toEqual(held);
    }
    const members = `{ group(id: "${space(PRODUCTION)}") { members(first: 100) { edges { role node { id } } } } }`;
    const { group: production } = (await ask(members)) as { group: { members: Edges } };
    const own = production.members.edges.filter(({ node }) => node.id === id).map(({ role }) => role);
    expect(own).toEqual(["DEVELOPER", "MANAGER", "AUDITOR"]);
    expect(applicationsOf(await mutate("updateUser", { id, cloudFoundry: {} }))).toHaveLength(2);

    const leave = await mutate("removeUserFromGroup", { user: id, group: organization(AIR) });
    expect(leave.errors).toMatchObject([{ code: "CONFLICT", path: ["input", "group"] }]);
    expect(leave.errors[0]?.message).toMatch(/spaces/);

    for (const [where, role] of [...roles].reverse()) {
      const after = await mutate("removeUserFromGroup", { user: id, group: where, role });
      expect(after.errors).toEqual([]);
      held.pop();
      expect(groupsOf(after)).toEqual(held);
    }
    expect((await mutate("removeUserFromGroup", { user: id, group: organization(CARGO) })).errors).toEqual([]);

    expect(await mutate("deleteUser", { id })).toEqual({ deletedId: id, errors: [] });
    expect(await ask(`{ user(id: "${id}") { username } }`)).toEqual({ user: null });
    expect(await problems("deleteUser", { id })).toEqual([["NOT_FOUND", "input.id"]]);
  });

  it("name what is not there", async () => {
    const nobody = user("nobody", "cloud");
    const ada = user(ADA, "cloud");
    expect(await problems("updateUser", { id: nobody, cloudFoundry: { admin: true } })).toEqual([
      ["NOT_FOUND", "input.id"],
    ]);
    expect(await problems("updateUser", { id: nobody, cloudFoundry: {} })).toEqual([["NOT_FOUND", "input.id"]]);
    expect(await problems("updateUser", { id: ada, cloudFoundry: { defaultSpace: "none" } })).toEqual([
      ["NOT_FOUND", "input.cloudFoundry.defaultSpace"],
    ]);
    for (const field of ["addUserToGroup", "removeUserFromGroup"] as const) {
      expect(await problems(field, { user: nobody, group: organization(AIR) })).toEqual([["NOT_FOUND", "input.user"]]);
      expect(await problems(field, { user: ada, group: space("none") })).toEqual([["NOT_FOUND", "input.group"]]);
    }
  });

  it("refuse what the dialect lacks before any call", async () => {
    const ada = user(ADA, "cloud");
    await asksNobody(async () => {
      const unsupported = async (field: keyof typeof MUTATIONS, input: Record<string, unknown>, path: string) =>
        expect(await problems(field, input)).toEqual([["UNSUPPORTED", path]]);
      await unsupported("addUserToGroup", { user: ada, group: "Group:cloud:group:x" }, "input.group");
      await unsupported("addUserToGroup", { user: ada, group: space(PRODUCTION), role: "MEMBER" }, "input.role");
      await unsupported(
        "addUserToGroup",
        { user: ada, group: space(PRODUCTION), role: "BILLING_MANAGER" },
        "input.role",
      );
      await unsupported(
        "removeUserFromGroup",
        { user: ada, group: organization(AIR), role: "DEVELOPER" },
        "input.role",
      );
      const inApplication = { user: ada, application: "Application:cloud:69ebed50-222a-4880-b163-fb1bf7d60b0c" };
      await unsupported("addUserToApplication", inApplication, "input.application");
      await unsupported("removeUserFromApplication", inApplication, "input.application");
      await unsupported("createApiKey", { user: ada, name: "x" }, "input.user");
      await unsupported("updateApiKey", { id: `ApiKey:cloud:${ADA}:x`, name: "x" }, "input.id");
      await unsupported("deleteApiKey", { id: `ApiKey:cloud:${ADA}:x` }, "input.id");
      await unsupported("updateUser", { id: ada, econtext: { name: "x" } }, "input.econtext");
      const nulls = { id: ada, cloudFoundry: { admin: null, defaultSpace: null } };
      expect(await problems("updateUser", nulls)).toEqual([
        ["UNSUPPORTED", "input.cloudFoundry.admin"],
        ["UNSUPPORTED", "input.cloudFoundry.defaultSpace"],
      ]);
    });
  });
});

describe("Writes over several services", () => {
  beforeEach(async () => {
    graph = await startOverSandbox([{ dialect: econtext }, { dialect: cloudFoundryV2 }]);
  });

  it("tell every wrong id at once, each with its path, and ask nobody", async () => {
    await asksNobody(async () => {
      expect(await problems("addUserToGroup", { user: ADA, group: user(ADA) })).toEqual([
        ["INVALID", "input.user"],
        ["INVALID", "input.group"],
      ]);
      expect(await problems("addUserToGroup", { user: user(ADA), group: organization(AIR) })).toEqual([
        ["INVALID", "input.group"],
      ]);
      expect(
        await problems("addUserToApplication", { user: user(FEMI, "nowhere"), application: application(PORTAL) }),
      ).toEqual([["INVALID", "input.user"]]);
      expect(await problems("addUserToApplication", { user: user(ADA), application: "Application:cloud:x" })).toEqual([
        ["INVALID", "input.application"],
      ]);
      expect(await problems("deleteUser", { id: ADA })).toEqual([["INVALID", "input.id"]]);
      expect(await problems("deleteApiKey", { id: user(ADA) })).toEqual([["INVALID", "input.id"]]);
      expect(await problems("createApiKey", { user: `ApiKey:directory:${ADA}:x` })).toEqual([
        ["INVALID", "input.user"],
      ]);
    });
  });

  it("want exactly one dialect of a change", async () => {
    await asksNobody(async () => {
      expect(await problems("updateUser", { id: user(ADA) })).toEqual([["INVALID", "input"]]);
      expect(await problems("updateUser", { id: user(ADA), econtext: {}, cloudFoundry: {} })).toEqual([
        ["INVALID", "input"],
      ]);
      expect(await problems("updateUser", { id: "x", econtext: null, cloudFoundry: null })).toEqual([
        ["INVALID", "input.id"],
        ["INVALID", "input"],
      ]);
    });
  });

  it("read nothing back where nothing but the id is selected", async () => {
    const input = `input: { user: "${user(FEMI)}", group: "${group(PILOTS)}" }`;
    const before = requests().length;
    await ask(`mutation { addUserToGroup(${input}) { user { id service { name } } group { id } errors { code } } }`);
    expect(requests().length).toBe(before + 1);
  });

  it("read back all that is selected in one call", async () => {
    const input = `input: { user: "${user(FEMI)}", group: "${group(PILOTS)}" }`;
    const before = requests().length;
    await ask(
      `mutation { addUserToGroup(${input}) { user { name groups { nodes { name } } applications { nodes { name } } } } }`,
    );
    expect(requests().length).toBe(before + 2);
  });

  it("read back in one call what the service's answer left out", async () => {
    const seen = () => graph.upstreams["cloud"]?.requests.map(({ method }) => method);
    const input = `input: { id: "${user(FEMI, "cloud")}", cloudFoundry: { admin: true } }`;
    await ask(`mutation { updateUser(${input}) { user { username cloudFoundry { admin } } } }`);
    expect(seen()).toEqual(["PUT"]);
    await ask(
      `mutation { updateUser(${input}) { user { username groups { nodes { id } } applications { nodes { id } } } } }`,
    );
    expect(seen()).toEqual(["PUT", "PUT", "GET"]);
  });

  it("keep what was answered when a mutation beside it fails, each failure in its own place", async () => {
    await graph.close();
    const directory = econtext.sandbox.serve(PEOPLE, {});
    let keys = 0;
    const upstream = await startUpstream((request) =>
      request.url.endsWith("/apikey") && ++keys === 2 ? new Response(null, { status: 503 }) : directory(request),
    );
    const url = `${upstream.origin}/api`;
    const { credentials } = econtext.sandbox;
    const gateway = startGateway([{ name: "directory", dialect: "econtext", url, credentials }]);
    graph = {
      ...gateway,
      upstreams: { directory: upstream },
      close: () => gateway.close().then(() => upstream.close()),
    };
    const create = (name: string) => `createApiKey(input: { user: "${user(ADA)}", name: "${name}" })`;
    const fields = "{ apiKey { name } secret errors { code } }";
    const { body } = await graph.query(
      `mutation { first: ${create("first")} ${fields} second: ${create("second")} ${fields} third: ${create("third")} ${fields} }`,
    );
    expect(body.data).toEqual({
      first: { apiKey: { name: "first" }, secret: expect.stringMatching(/^\S{48}$/) as string, errors: [] },
      second: { apiKey: null, secret: null, errors: [] },
      third: { apiKey: { name: "third" }, secret: expect.stringMatching(/^\S{48}$/) as string, errors: [] },
    });
    expect(body.errors?.map(({ path, extensions }) => [path?.join("."), extensions["outcome"]])).toEqual([
      ["second.apiKey", "UNKNOWN"],
      ["second.secret", "UNKNOWN"],
    ]);
    // Where nothing stands beside it, the mutation itself fails; where nothing is selected that could, it is told beside.
    keys = 1;
    const alone = await graph.query(`mutation { ${create("alone")} ${fields} }`);
    expect([alone.body.data, alone.body.errors?.[0]?.path]).toEqual([null, ["createApiKey"]]);
    keys = 0;
    const blind = await graph.query(`mutation { a: ${create("a")} ${fields} b: ${create("b")} { errors { code } } }`);
    expect(blind.body.data).toMatchObject({
      a: { secret: expect.stringMatching(/^\S{48}$/) as string },
      b: { errors: [] },
    });
    expect(blind.body.errors).toMatchObject([
      { path: ["b"], extensions: { code: "UPSTREAM_UNAVAILABLE", outcome: "UNKNOWN" } },
    ]);
  });

  it("say that they were done where what came of them cannot be read", async () => {
    await graph.close();
    const directory = econtext.sandbox.serve(PEOPLE, {});
    let failing = "GET";
    const upstream = await startUpstream((request) =>
      request.method === failing ? new Response(null, { status: 429 }) : directory(request),
    );
    const { credentials } = econtext.sandbox;
    const url = `${upstream.origin}/api`;
    const gateway = startGateway([{ name: "directory", dialect: "econtext", url, credentials }], {}, { retries: 0 });
    graph = {
      ...gateway,
      upstreams: { directory: upstream },
      close: () => gateway.close().then(() => upstream.close()),
    };
    const add = `addUserToGroup(input: { user: "${user(FEMI)}", group: "${group(PILOTS)}" })`;
    const query = `mutation { ${add} { user { name } errors { code } } services: __typename }`;
    const done = await graph.query(query);
    failing = "POST";
    const refused = await graph.query(query);
    expect(done.body.data).toEqual(refused.body.data);
    expect(done.body.errors).toMatchObject([
      {
        path: ["addUserToGroup", "user"],
        message: expect.stringMatching(/^The change was made; /) as string,
        extensions: { code: "RATE_LIMITED", retryable: false },
      },
    ]);
    expect(refused.body.errors).toMatchObject([
      {
        path: ["addUserToGroup", "user"],
        message: expect.not.stringContaining("was made") as string,
        extensions: { code: "RATE_LIMITED", retryable: true },
      },
    ]);
  });

  it("do not say so of what changed nothing", async () => {
    await graph.close();
    const cloud = cloudFoundryV2.sandbox.serve(PEOPLE, {});
    let reads = 0;
    const upstream = await startUpstream((request) =>
      ++reads === 2 ? new Response(null, { status: 503 }) : cloud(request),
    );
    const { credentials } = cloudFoundryV2.sandbox;
    const services = [{ name: "cloud", dialect: "cloud-foundry-v2", url: upstream.origin, credentials }];
    const gateway = startGateway(services, {}, { retries: 0 });
    graph = { ...gateway, upstreams: { cloud: upstream }, close: () => gateway.close().then(() => upstream.close()) };
    const input = `input: { id: "${user(ADA, "cloud")}", cloudFoundry: {} }`;
    const { body } = await graph.query(
      `mutation { updateUser(${input}) { user { username groups { nodes { id } } } } }`,
    );
    expect(body.errors).toMatchObject([{ extensions: { code: "UPSTREAM_UNAVAILABLE", retryable: true } }]);
    expect(body.errors?.[0]?.message).not.toContain("was made");
  });

  it("take a variable that is not set for a field that is left out, in a JSON object too", async () => {
    const update = (value: string) =>
      `mutation ($v: String) { updateUser(input: { id: "${user(ADA)}", econtext: { customData: ${value} } }) { user { customData } } }`;
    expect(await ask(update(`{ a: $v, __proto__: { b: 1 }, c: [{ d: "e" }] }`))).toEqual({
      updateUser: { user: { customData: JSON.parse('{ "__proto__": { "b": 1 }, "c": [{ "d": "e" }] }') as unknown } },
    });
    expect(await ask(update("{ a: $v }"))).toEqual({ updateUser: { user: { customData: null } } });
    for (const value of ["{ a: 1e400 }", "{ a: [9007199254740993] }", "{ a: LIS }"]) {
      const { body } = await graph.query(update(value));
      expect(body.errors?.[0]?.message).toMatch(/^A JSON object in a document holds a /);
    }
  });

  it("delete an eContext user who is disabled already", async () => {
    expect(await mutate("deleteUser", { id: user(GRETA) })).toEqual({ deletedId: user(GRETA), errors: [] });
  });
});
