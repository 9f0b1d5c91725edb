import { describe, expect, it } from "vitest";
import { Refusal, ServiceFailure } from "../../../src/domain/errors.ts";
import type { EcontextNewUser } from "../../../src/domain/facets/econtext.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { ASKS, first, NO_PATH, ok, open, RECORD, recorded, refused, USER } from "./scripted-send.ts";
import type { Scripted } from "./scripted-send.ts";
import { application, applicationE2, group, groupE2, organization, user, userE2 } from "./wire-bodies.ts";

const POST = "POST /users/user";
const PROBE = "GET /organizations?limit=1";
const HASH = "$2b$12$8Nw7cYw0hVdJ1nHc0m2cPe";
const STACK = `Traceback: models.py ${HASH}`;
const DRAFT: EcontextNewUser = {
  email: " ada@example.com ",
  password: " flies at 7 ",
  name: "Ada",
  customData: null,
  applications: [],
  groups: [],
  organization: null,
};

const create = (directory: Directory, more: Partial<EcontextNewUser> = {}) =>
  directory.users.create({ econtext: { ...DRAFT, ...more } }, ASKS);

async function refusalOf(directory: Directory, more: Partial<EcontextNewUser> = {}): Promise<Refusal> {
  const error = await create(directory, more).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  const refusal = error as Refusal;
  for (const { message } of refusal.problems) {
    expect(message).toContain("No user was created.");
    expect(message).not.toMatch(/Traceback|models\.py|\$2b\$|flies at 7|Node\(|label|deflate/);
  }
  return refusal;
}

const told = ({ problems }: Refusal) => problems.map(({ code, path }) => `${code} ${path.join(".")}`);

/** An object of so many levels. */
function nested(levels: number): Record<string, unknown> {
  let object: Record<string, unknown> = {};
  for (let level = 1; level < levels; level++) object = { deeper: object };
  return object;
}

describe("A service whose edition nobody can tell", () => {
  const LOST = { [PROBE]: { status: 404, body: "<html>no</html>" } };

  it("is sent what every edition takes", async () => {
    const { directory, service } = open({ ...LOST, [POST]: ok({ user: user("u1") }) });
    expect((await create(directory, { name: null })).id).toBe("u1");
    expect(service.lines).toEqual([PROBE, POST]);
  });

  it("is not sent an organization, which older ones drop without a word", async () => {
    const { directory, service } = open(LOST);
    await expect(create(directory, { organization: "o1" })).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
    expect(service.lines).toEqual([PROBE]);
  });
});

describe("Creating a user", () => {
  it("sends it once, and answers with all relations", async () => {
    const { directory, service } = open({ [POST]: recorded("docs-users-post-user") });
    const created = await create(directory, { applications: ["a1", "a2", "a1"], groups: ["g1", "g1"] });
    expect(service.requests).toEqual([
      {
        method: "POST",
        route: "/users/user",
        body: {
          email: "ada@example.com",
          password: " flies at 7 ",
          name: "Ada",
          applications: ["a1", "a2"],
          groups: ["g1"],
        },
        for: ASKS,
        keys: 1,
      },
    ]);
    expect(created.applications(first(20))?.items).toHaveLength(1);
    expect(created.groups(first(20), { kind: null, role: null })?.items).toHaveLength(1);
    expect(created.apiKeys()).toEqual([]);
  });

  it("sends lists always, and what was left out never", async () => {
    const { directory, service } = open({ [PROBE]: NO_PATH, [POST]: ok({ user: user("u1") }) });
    await create(directory, { name: null });
    expect(service.requests[1]?.body).toEqual({
      email: "ada@example.com",
      password: " flies at 7 ",
      applications: [],
      groups: [],
    });
  });

  it("sends custom data and organization where they are given (E2)", async () => {
    const { directory, service } = open({
      [PROBE]: ok({ organizations: [] }),
      [POST]: ok({ user: userE2("u1", { organization: organization("o1") }) }),
    });
    const created = await create(directory, { customData: { desk: 4 }, organization: "o1", name: null });
    expect(service.requests[1]?.body).toMatchObject({ custom_data: { desk: 4 }, organization: "o1" });
    expect(created.econtext?.organization).toMatchObject({ id: "o1" });
  });

  it("forgets what was read before, and remembers the new user", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: user("u1", { applications: [application("a1")], groups: [group("g1")] }) }),
      "GET /applications/application/a1": ok({ application: application("a1") }),
      "GET /groups/group/g1": ok({ group: group("g1") }),
      [POST]: ok({ user: user("u2") }),
    });
    const read = async () => {
      await directory.applications.byIds(["a1"], RECORD);
      await directory.groups.byRefs([{ kind: "GROUP", id: "g1" }], RECORD);
      await directory.users.byIds(["u2", "u1"].slice(service.lines.includes(POST) ? 0 : 1), USER);
    };
    await directory.users.byIds(["u1"], USER);
    await read();
    expect(service.lines).toEqual(["GET /users/user/u1"]);
    await create(directory);
    await read();
    expect(service.lines.slice(1)).toEqual([
      POST,
      "GET /applications/application/a1",
      "GET /groups/group/g1",
      "GET /users/user/u1",
    ]);
  });

  it("tells all that is wrong at once, and asks nobody", async () => {
    const { directory, service } = open({});
    const draft = {
      email: "ada@example",
      password: "  123456  ",
      applications: ["a1", ""],
      groups: ["a/b", "g1", ".."],
      organization: "\u0000",
    };
    const problems = [
      "INVALID email",
      "INVALID password",
      "INVALID applications.1",
      "INVALID groups.0",
      "INVALID groups.2",
      "INVALID organization",
    ];
    expect(told(await refusalOf(directory, draft))).toEqual(problems);
    expect(
      directory.users.review({ econtext: { ...DRAFT, ...draft } }).map(({ code, path }) => `${code} ${path.join(".")}`),
    ).toEqual(problems);
    expect(service.lines).toEqual([]);
  });

  it.each(["", "ada", "ada@", "@example.com", "a da@example.com", "ada@example.com, bob@example.com"])(
    "does not take %j for an email address",
    async (email) => {
      expect(told(await refusalOf(open({}).directory, { email }))).toEqual(["INVALID email"]);
    },
  );

  it.each(["a@" + "a.".repeat(120_000) + "@", `${"a".repeat(243)}@example.com`])(
    "does not take a long text for an email address, and does not look at it for long",
    async (email) => {
      const start = performance.now();
      const refusal = await refusalOf(open({}).directory, { email });
      expect(told(refusal)).toEqual(["INVALID email"]);
      expect(refusal.message).toContain("254 characters at most");
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );

  it("takes what is as long as it may be", async () => {
    const { directory, service } = open({ [POST]: ok({ user: user("u1") }) });
    const ids = Array.from({ length: 100 }, (_, index) => `id${index}`);
    await create(directory, {
      email: ` ${"a".repeat(242)}@example.com `,
      password: "🔑".repeat(1000),
      name: "🔑".repeat(1000),
      customData: nested(100),
      applications: ids,
      groups: ids,
    });
    expect(service.lines).toEqual([POST]);
  });

  it("bounds what it passes on", async () => {
    const { directory, service } = open({});
    const ids = Array.from({ length: 101 }, () => "");
    const refusal = await refusalOf(directory, {
      password: "x".repeat(1001),
      name: "x".repeat(1001),
      customData: nested(101),
      applications: ids,
      groups: ids,
    });
    expect(told(refusal)).toEqual([
      "INVALID password",
      "INVALID name",
      "INVALID customData",
      "INVALID applications",
      "INVALID groups",
    ]);
    expect(refusal.message).toMatch(/1000 characters at most.*1000.*100 levels at most.*100 ids at most.*100/);
    expect(service.lines).toEqual([]);
  });

  it("counts a password's characters, not its code units", async () => {
    expect(told(await refusalOf(open({}).directory, { password: "🔑🔑🔑🔑🔑🔑" }))).toEqual(["INVALID password"]);
    const { directory } = open({ [POST]: ok({ user: user("u1") }) });
    expect(await create(directory, { password: "🔑🔑🔑🔑🔑🔑🔑" })).toMatchObject({ id: "u1" });
  });

  it("is answered with whatever id the service gave", async () => {
    const { directory } = open({ [POST]: ok({ user: user("chosen-by-the-service") }) });
    expect(await create(directory)).toMatchObject({ id: "chosen-by-the-service" });
  });

  it("of another dialect is UNSUPPORTED", async () => {
    const { directory } = open({});
    const draft = { cloudFoundry: { guid: "u1", defaultSpace: null, admin: null } };
    await expect(directory.users.create(draft, ASKS)).rejects.toMatchObject({
      problems: [{ code: "UNSUPPORTED", path: [] }],
    });
    expect(directory.users.review(draft)).toMatchObject([{ code: "UNSUPPORTED", path: [] }]);
  });
});

describe("What depends on the edition", () => {
  it("is not asked for where it does not matter", async () => {
    const { directory, service } = open({ [POST]: ok({ user: user("u1") }) });
    await create(directory, { customData: { company_name: "Kestrel" }, name: null });
    await create(directory);
    expect(service.lines).toEqual([POST, POST]);
  });

  it("is an organization: UNSUPPORTED before E2", async () => {
    const { directory, service } = open({ [PROBE]: NO_PATH });
    expect(told(await refusalOf(directory, { organization: "o1" }))).toEqual(["UNSUPPORTED organization"]);
    expect(service.lines).toEqual([PROBE]);
    expect(directory.users.review({ econtext: { ...DRAFT, organization: "o1", email: "" } })).toHaveLength(2);
  });

  it.each([null, "", "  "])("is a name like %j, after which E2 would name an organization", async (name) => {
    const e2 = open({ [PROBE]: ok({ organizations: [] }) });
    expect(told(await refusalOf(e2.directory, { name }))).toEqual(["INVALID name"]);
    expect(told(await refusalOf(e2.directory, { name, customData: { company_name: "" } }))).toEqual(["INVALID name"]);
    const e1 = open({ [PROBE]: NO_PATH, [POST]: ok({ user: user("u1") }) });
    expect(await create(e1.directory, { name })).toMatchObject({ id: "u1" });
  });

  it.each(["", "_empty_"])("is the key %j of custom data, which E2 would drop without a word", async (key) => {
    const e2 = open({ [PROBE]: ok({ organizations: [] }) });
    expect(told(await refusalOf(e2.directory, { customData: { [key]: 1 } }))).toEqual(["INVALID customData"]);
    const e1 = open({ [PROBE]: NO_PATH, [POST]: ok({ user: user("u1") }) });
    expect(await create(e1.directory, { customData: { [key]: 1 } })).toMatchObject({ id: "u1" });
  });
});

describe("A refusal of the service's", () => {
  const E1 = (text: string) => refused(400, "Invalid parameter", `The "x" parameter is invalid. ${text}`);
  const E2 = (text: string) => refused(500, text, STACK);

  it.each([
    [E1("A user with that email address already exists"), {}, "TAKEN email"],
    [E2("Node(46) already exists with label `User` and property `email` = 'ada@example.com'"), {}, "TAKEN email"],
    [E2("Node(4) already exists with label `Organization` and property `name` = 'Ada'"), {}, "TAKEN name"],
    [
      E2("Node(4) already exists with label `Organization` and property `name` = 'Air'"),
      { customData: { company_name: "Air" } },
      "TAKEN customData",
    ],
    [E1("Password must be at least 7 characters long"), {}, "INVALID password"],
    [E2(`Attempting to deflate property 'email' on User: ${HASH}`), {}, "INVALID email"],
    [E2("Organization not found: o1"), {}, "NOT_FOUND organization"],
  ] as const)("is told with its path", async (answer: Scripted, more: Partial<EcontextNewUser>, expected) => {
    const { directory, service } = open({ [POST]: answer });
    expect(told(await refusalOf(directory, more))).toEqual([expected]);
    expect(service.lines).toEqual([POST]);
  });

  it("warns of the organization that E2 may have made before it refused the user", async () => {
    const warning = /organization of the user's name/;
    const message = async (more: Partial<EcontextNewUser>, answer = E2("Password must be included")) =>
      (await refusalOf(open({ [POST]: answer, [PROBE]: ok({ organizations: [] }) }).directory, more)).message;
    expect(await message({})).toMatch(warning);
    expect(await message({ organization: "o1" })).not.toMatch(warning);
    expect(await message({ customData: { company_name: "Air" } })).not.toMatch(warning);
    expect(await message({}, E1("Password must be at least 7 characters long"))).not.toMatch(warning);
  });

  it.each([
    ["applications.1", { applications: ["a1", "a2", "a2x"], groups: ["g1"] }, "Couldn't find application a2"],
    ["applications.2", { applications: ["a1", "a2", "a2-x"] }, "Couldn't find application a2-x"],
    ["applications.1", { applications: ["a2", "a2.x"] }, "Couldn't find application a2.x"],
    ["groups.0", { applications: ["a1"], groups: ["g1"] }, "Couldn't find application g1"],
    ["groups.1", { applications: ["application"], groups: ["g1", "g2"] }, "Couldn't find group g2"],
    ["applications.0", { applications: ["a2", "a2"] }, "Couldn't find application a2"],
  ])("names the unknown id that E1 tells: %s", async (path, more, text) => {
    const { directory, service } = open({ [POST]: E1(text) });
    expect(told(await refusalOf(directory, more))).toEqual([`NOT_FOUND ${path}`]);
    expect(service.lines).toEqual([POST]);
  });

  const NAMELESS = E2("Object of type set is not JSON serializable");

  it("names the only id that can be meant", async () => {
    const { directory, service } = open({ [POST]: NAMELESS });
    expect(told(await refusalOf(directory, { groups: ["g1", "g1"] }))).toEqual(["NOT_FOUND groups.0"]);
    expect(service.lines).toEqual([POST]);
  });

  it("looks them up where E2 names none, by list, and tells all that are missing", async () => {
    const many = Array.from({ length: 24 }, (_, index) => groupE2(`other-${index}`));
    const { directory, service } = open({
      [POST]: NAMELESS,
      "GET /applications": ok({ applications: [applicationE2("a1")] }),
      // Cut off: what is not in it may be there all the same.
      "GET /groups": ok({ groups: [groupE2("g1"), ...many] }),
      "GET /groups/group/g2": refused(400, "Invalid parameter", "not found"),
      "GET /groups/group/g3": { status: 503, body: "" },
      "GET /groups/group/g4": ok({ group: groupE2("g4") }),
    });
    const draft = { applications: ["a1", "a2"], groups: ["g1", "g2", "g3", "g4"] };
    expect(told(await refusalOf(directory, draft))).toEqual(["NOT_FOUND applications.1", "NOT_FOUND groups.1"]);
    expect(service.lines).toHaveLength(6);
  });

  it("asks for no more where a hundred of each are sent", async () => {
    const { directory, service } = open({
      [POST]: NAMELESS,
      "GET /applications": ok({ applications: [applicationE2("a0")] }),
      "GET /groups": ok({ groups: [groupE2("g0")] }),
    });
    const ids = (letter: string) => Array.from({ length: 100 }, (_, index) => `${letter}${index}`);
    expect(told(await refusalOf(directory, { applications: ids("a"), groups: ids("g") }))).toHaveLength(198);
    expect(service.lines).toEqual([POST, "GET /applications", "GET /groups"]);
  });

  it("points at the list, or at the whole, where nothing is found out", async () => {
    const script = {
      [POST]: NAMELESS,
      "GET /applications": ok({ applications: [application("a1"), application("a2")] }),
      "GET /applications/application/a1": ok({ application: application("a1") }),
      "GET /groups/group/g1": ok({ group: group("g1") }),
    };
    expect(told(await refusalOf(open(script).directory, { applications: ["a1", "a2"] }))).toEqual([
      "NOT_FOUND applications",
    ]);
    expect(told(await refusalOf(open(script).directory, { applications: ["a1"], groups: ["g1"] }))).toEqual([
      "NOT_FOUND ",
    ]);
  });
});

describe("An answer that does not tell whether the user exists", () => {
  it.each([
    ["an unexpected 500", refused(500, `boom ${HASH}`, STACK), "UPSTREAM_ERROR"],
    ["a proxy's 502", { status: 502, body: "<html>boom</html>" }, "UPSTREAM_UNAVAILABLE"],
    ["a 200 without a user", ok({}), "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 with null", ok({ user: null }), "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 that is no JSON", { status: 200, body: "boom" }, "UPSTREAM_INVALID_RESPONSE"],
    ["a 200 with a user without id", ok({ user: { id: "" } }), "UPSTREAM_INVALID_RESPONSE"],
  ])("is a failure with an unknown outcome, and sent once: %s", async (_, answer, code) => {
    const { directory, service } = open({ [POST]: answer });
    const failure = await create(directory).catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(ServiceFailure);
    expect(failure).toMatchObject({ code, outcomeUnknown: true });
    const { message, detail } = failure as ServiceFailure;
    expect(`${message} ${detail ?? ""}`).not.toMatch(/boom|\$2b\$|models|flies at 7|ada@example/);
    expect(service.lines).toEqual([POST]);
  });

  it("tells to look the user up by email before trying again", async () => {
    const { directory } = open({ [POST]: refused(500, "boom", STACK) });
    await expect(create(directory)).rejects.toThrow("look it up by email before trying again");
  });

  it.each([
    [401, "UNAUTHENTICATED"],
    [403, "FORBIDDEN"],
    [404, "UPSTREAM_ERROR"],
    [429, "RATE_LIMITED"],
  ])("is not one that says no: %i", async (status, code) => {
    const { directory } = open({ [POST]: { status, body: "" } });
    await expect(create(directory)).rejects.toMatchObject({ code, outcomeUnknown: false });
  });

  it("forgets what was read before, all the same", async () => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [application("a1")] }),
      [POST]: refused(500, "boom", STACK),
    });
    await directory.applications.list(first(20), RECORD);
    await create(directory).catch(() => undefined);
    await directory.applications.list(first(20), RECORD);
    expect(service.lines).toEqual(["GET /applications", POST, "GET /applications"]);
  });
});
