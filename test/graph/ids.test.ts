import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { startGateway, type Answer, type GatewayUnderTest } from "../support/gateway.ts";
import { MUTATIONS } from "../support/mutations.ts";
import { startRawUpstream, type RawUpstream } from "../support/raw-upstream.ts";
import {
  BYSTANDERS,
  decode,
  canBeAsked,
  encode,
  GROUP_KINDS,
  hostile,
  isAbout,
  isNoSegment,
  KINDS,
  lineOf,
  meaningOf,
  namedBy,
  peopleOf,
  spellings,
  TYPES,
  world,
} from "./hostile-ids.ts";
import type { Ids, Kind, Meaning, Named, ServiceName } from "./hostile-ids.ts";

const USER = `upstreamId name applications { nodes { id name users { nodes { id } } } }
  groups { edges { role node { id name kind } } } apiKeys { id name }`;
const APPLICATION = "upstreamId name users { nodes { id name } } groups { nodes { id name } }";
const GROUP = `upstreamId name application { id name } parent { id name } children { nodes { id } }
  applications { nodes { id name } } members { edges { role node { id name } } }`;
const NODE = `__typename ... on User { ${USER} } ... on Application { ${APPLICATION} } ... on Group { ${GROUP} }`;

const QUERIES = {
  User: { field: "user", selection: USER },
  Application: { field: "application", selection: APPLICATION },
  Group: { field: "group", selection: GROUP },
} as const;
type Type = keyof typeof QUERIES;

const ask = (type: Type, selection: string = QUERIES[type].selection) =>
  `query ($id: ID!, $service: String) { found: ${QUERIES[type].field}(id: $id, service: $service) { ${selection} } }`;

const services = fc.constantFrom<ServiceName>("directory", "cloud");

/** One thing, its id that of the world or a stranger's, in some spelling. */
const spelled = (ids: Ids, service: ServiceName, kinds: readonly Kind[]) =>
  fc
    .tuple(fc.constantFrom(...kinds), fc.boolean(), hostile)
    .chain(([kind, isThere, stranger]) => spellings(service, { kind, id: isThere ? ids[kind] : stranger }));

const oneOfEach = fc
  .tuple(world, services)
  .chain(([ids, service]) =>
    fc
      .constantFrom(...KINDS[service])
      .chain((kind) =>
        fc.record({ ids: fc.constant(ids), type: fc.constant(TYPES[kind]), spelling: spelled(ids, service, [kind]) }),
      ),
  );

const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions["code"]) ?? [];

interface InputError {
  readonly code: string;
  readonly path: readonly string[];
}

type Payload = Readonly<Record<string, unknown>> & { readonly errors: readonly InputError[] };

describe.each(["E0", "E1", "E2"])("Whatever an id holds, beside eContext %s", (edition) => {
  let gateway: GatewayUnderTest;
  let upstreams: Readonly<Record<ServiceName, RawUpstream>>;

  beforeAll(async () => {
    upstreams = { directory: await startRawUpstream(), cloud: await startRawUpstream() };
    const service = ({ sandbox, name }: Dialect, { origin }: RawUpstream) => ({
      name: sandbox.name,
      dialect: name,
      url: origin + sandbox.path,
      credentials: sandbox.credentials,
    });
    gateway = startGateway([service(econtext, upstreams.directory), service(cloudFoundryV2, upstreams.cloud)]);
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
  });

  /** Begins anew, with these things and the bystanders. */
  function play(ids: Ids): void {
    const people = peopleOf(ids);
    upstreams.directory.play(econtext.sandbox.serve(people, { edition }));
    upstreams.cloud.play(cloudFoundryV2.sandbox.serve(people, {}));
  }

  const lines = () => [...upstreams.directory.lines, ...upstreams.cloud.lines];
  const writes = () => lines().filter((line) => !line.startsWith("GET "));

  /** Expects that nothing was read but these things and lists. */
  function expectReadsOf(named: readonly Named[]): void {
    for (const name of ["directory", "cloud"] as const) {
      const reads = upstreams[name].lines.filter((line) => line.startsWith("GET "));
      expect(reads.filter((line) => !isAbout(name, line, named))).toEqual([]);
    }
  }

  /** The kinds of what an id may stand for that its service has. Before E2 there are no organizations. */
  const kindsOf = ({ service, kind }: Meaning): readonly Kind[] =>
    KINDS[service].filter(
      (one) =>
        (kind === undefined ? one in GROUP_KINDS : one === kind) &&
        (service === "cloud" || edition === "E2" || one !== "organization"),
    );
  const isThere = (meaning: Meaning, ids: Ids) => kindsOf(meaning).some((kind) => ids[kind] === meaning.id);
  /** Before E2 an unknown group cannot be told from a fault. */
  const isGroupBeforeE2 = ({ service, kind }: Meaning) =>
    service === "directory" && edition !== "E2" && (kind === undefined || kind === "group");

  it("a query asks for exactly that thing, or nobody", async () => {
    await fc.assert(
      fc.asyncProperty(oneOfEach, async ({ ids, type, spelling }) => {
        play(ids);
        const answer = await gateway.query(ask(type), { id: spelling.text, service: spelling.service });
        const { found = null } = (answer.body.data ?? {}) as { found?: { upstreamId: string } | null };
        const meaning = meaningOf(spelling, type);
        if (meaning === undefined) {
          expect([found, codesOf(answer), lines()]).toEqual([null, ["BAD_USER_INPUT"], []]);
          return;
        }
        expectReadsOf(namedBy(meaning, ids));
        expect(writes()).toEqual([]);
        if (isNoSegment(meaning.service, meaning.id)) expect([found, codesOf(answer), lines()]).toEqual([null, [], []]);
        if (found) expect(found.upstreamId).toBe(meaning.id);
        else expect(isThere(meaning, ids) && canBeAsked(meaning.id)).toBe(false);
        // Nobody is asked only for what nobody could be asked for, and then nothing is wrong.
        if (lines().length === 0)
          expect([kindsOf(meaning).length > 0 && canBeAsked(meaning.id), found]).toEqual([false, null]);
        const isPlain = [meaning.id, ...Object.values(ids)].every(canBeAsked);
        const isTold = lines().length === 0 || (isPlain && (found !== null || !isGroupBeforeE2(meaning)));
        expect(isTold ? [""] : ["", "UPSTREAM_ERROR"]).toContain([...new Set(codesOf(answer))].join());
      }),
      { numRuns: 400 },
    );
  });

  it("a query for nothing but the id asks nobody, and gives the id back as the contract spells it", async () => {
    await fc.assert(
      fc.asyncProperty(oneOfEach, async ({ ids, type, spelling }) => {
        const meaning = meaningOf(spelling, type);
        fc.pre(meaning === undefined || meaning.kind !== undefined);
        play(ids);
        const document = ask(type, "id upstreamId service { name } __typename");
        const answer = await gateway.query(document, { id: spelling.text, service: spelling.service });
        expect(lines()).toEqual([]);
        if (meaning === undefined) {
          expect(codesOf(answer)).toEqual(["BAD_USER_INPUT"]);
          return;
        }
        const { service, kind, id } = meaning;
        expect(answer.body.data?.["found"]).toEqual({
          id: [type, service, ...(type === "Group" ? [kind] : []), encode(id)].join(":"),
          upstreamId: id,
          service: { name: service },
          __typename: type,
        });
      }),
      { numRuns: 150 },
    );
  });

  it("many nodes at once are asked for as exactly those, and what one is has nothing to do with the others", async () => {
    const several = fc.tuple(world, services).chain(([ids, service]) =>
      fc.record({
        ids: fc.constant(ids),
        texts: fc.array(spelled(ids, service, KINDS[service]), { minLength: 1, maxLength: 6 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(several, async ({ ids, texts }) => {
        play(ids);
        const known = texts.map(({ text }) => ({ text, service: null }));
        const plain = `User:cloud:${BYSTANDERS.user}`;
        const answer = await gateway.query(
          `query ($ids: [ID!]!, $id: ID!) { node(id: $id) { ${NODE} } nodes(ids: $ids) { ${NODE} } }`,
          {
            id: known[0]?.text,
            ids: [...known.map(({ text }) => text), plain],
          },
        );
        const { data } = answer.body as { data?: { node: unknown; nodes: ({ upstreamId: string } | null)[] } | null };
        expect(codesOf(answer).filter((code) => code !== "BAD_USER_INPUT" && code !== "UPSTREAM_ERROR")).toEqual([]);
        const meanings = known.map((spelling) =>
          (["User", "Application", "Group"] as const)
            .map((type) => meaningOf(spelling, type))
            .find((one) => one !== undefined),
        );
        const bystander = namedBy({ service: "cloud", kind: "user", id: BYSTANDERS.user }, BYSTANDERS);
        expectReadsOf([...meanings.flatMap((meaning) => (meaning ? namedBy(meaning, ids) : [])), ...bystander]);
        expect(writes()).toEqual([]);
        expect(data?.nodes.at(-1)?.upstreamId).toBe(BYSTANDERS.user);
        meanings.forEach((meaning, index) => {
          const node = data?.nodes[index] ?? null;
          const errors = answer.body.errors?.filter(({ path }) => path?.[0] === "nodes" && path[1] === index) ?? [];
          if (meaning === undefined) {
            expect([node, errors.map(({ extensions }) => extensions["code"])]).toEqual([null, ["BAD_USER_INPUT"]]);
          } else if (node === null) {
            expect(isThere(meaning, ids) && canBeAsked(meaning.id)).toBe(false);
          } else {
            expect(node.upstreamId).toBe(meaning.id);
          }
        });
        expect(data?.node ?? null).toEqual(data?.nodes[0] ?? null);
      }),
      { numRuns: 150 },
    );
  });

  /** Sends a mutation, and expects nothing that the contract does not have. */
  async function mutate(field: keyof typeof MUTATIONS, input: unknown): Promise<Payload | null> {
    const answer = await gateway.query(MUTATIONS[field], { input });
    const payload = (answer.body.data as Record<string, Payload | null> | null | undefined)?.[field] ?? null;
    expect(codesOf(answer).filter((code) => code !== "UPSTREAM_ERROR")).toEqual([]);
    if (payload === null) return null;
    const { errors, ...results } = payload;
    const known = ["INVALID", "NOT_FOUND", "UNSUPPORTED", "CONFLICT", "TAKEN"];
    expect(errors.filter(({ code, path }) => !known.includes(code) || path[0] !== "input")).toEqual([]);
    if (errors.length > 0) expect(Object.values(results).filter((result) => result !== null)).toEqual([]);
    // Nobody was asked: only for what cannot be asked for.
    if (lines().length === 0) {
      expect(errors).not.toEqual([]);
      expect(errors.filter(({ code }) => !["INVALID", "NOT_FOUND", "UNSUPPORTED"].includes(code))).toEqual([]);
    }
    return payload;
  }

  interface UserWrite {
    readonly field: keyof typeof MUTATIONS;
    readonly input: (user: string) => Readonly<Record<string, unknown>>;
    readonly line: Readonly<Partial<Record<ServiceName, (user: { readonly id: string }) => string>>>;
  }

  const ofUser: readonly UserWrite[] = [
    {
      field: "updateUser",
      input: (id) => ({ id, econtext: { name: "New" } }),
      line: { directory: (user) => lineOf("PUT", "/api/users/user/", user) },
    },
    {
      field: "updateUser",
      input: (id) => ({ id, cloudFoundry: { admin: true } }),
      line: { cloud: (user) => lineOf("PUT", "/v2/users/", user) },
    },
    {
      field: "deleteUser",
      input: (id) => ({ id }),
      line: {
        directory: (user) => lineOf("DELETE", "/api/users/user/", user),
        cloud: (user) => lineOf("DELETE", "/v2/users/", user),
      },
    },
    {
      field: "createApiKey",
      input: (user) => ({ user, name: "new" }),
      line: { directory: (user) => lineOf("POST", "/api/users/user/", user, "/apikey") },
    },
  ];

  it("a write to a user is sent to exactly that user, or to nobody", async () => {
    const cases = fc.tuple(world, services).chain(([ids, service]) =>
      fc.record({
        ids: fc.constant(ids),
        write: fc.constantFrom(...ofUser),
        spelling: spelled(ids, service, ["user"]),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ ids, write, spelling }) => {
        play(ids);
        const payload = await mutate(write.field, write.input(spelling.text));
        const meaning = meaningOf({ text: spelling.text, service: null }, "User");
        const line = meaning && write.line[meaning.service];
        if (meaning === undefined || line === undefined) {
          expect(lines()).toEqual([]);
          return;
        }
        expectReadsOf(namedBy(meaning, ids));
        if (isNoSegment(meaning.service, meaning.id)) {
          expect([payload?.errors.map(({ code }) => code), lines()]).toEqual([["NOT_FOUND"], []]);
        } else if (lines().length > 0) expect(writes()).toEqual([line(meaning)]);
        else expect(canBeAsked(meaning.id)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  interface Move {
    readonly field: keyof typeof MUTATIONS;
    readonly argument: "group" | "application";
    readonly method: Readonly<Record<ServiceName, string>>;
  }

  const moves: readonly Move[] = [
    { field: "addUserToGroup", argument: "group", method: { directory: "POST", cloud: "PUT" } },
    { field: "removeUserFromGroup", argument: "group", method: { directory: "DELETE", cloud: "DELETE" } },
    { field: "addUserToApplication", argument: "application", method: { directory: "POST", cloud: "" } },
    { field: "removeUserFromApplication", argument: "application", method: { directory: "DELETE", cloud: "" } },
  ];

  it("a user is put into, or taken out of, exactly what is named, or nothing", async () => {
    const cases = fc
      .tuple(world, services, services, fc.constantFrom(...moves))
      .chain(([ids, service, other, move]) => {
        const type = move.argument === "group" ? "Group" : "Application";
        return fc.record({
          ids: fc.constant(ids),
          move: fc.constant(move),
          type: fc.constant<Type>(type),
          user: spelled(ids, service, ["user"]),
          // Now and then one of the other service.
          place: fc.oneof(
            {
              weight: 5,
              arbitrary: spelled(
                ids,
                service,
                KINDS[service].filter((kind) => TYPES[kind] === type),
              ),
            },
            spelled(
              ids,
              other,
              KINDS[other].filter((kind) => TYPES[kind] === type),
            ),
          ),
        });
      });
    await fc.assert(
      fc.asyncProperty(cases, async ({ ids, move, type, ...spelling }) => {
        play(ids);
        const payload = await mutate(move.field, { user: spelling.user.text, [move.argument]: spelling.place.text });
        const user = meaningOf({ ...spelling.user, service: null }, "User");
        const place = meaningOf({ ...spelling.place, service: null }, type);
        const isPossible = user !== undefined && place !== undefined && user.service === place.service;
        if (!isPossible || linesOfMove(move, user, place).length === 0) {
          expect(lines()).toEqual([]);
          return;
        }
        expectReadsOf([...namedBy(user, ids), ...namedBy(place, ids)]);
        expect(writes().filter((line) => !linesOfMove(move, user, place).includes(line))).toEqual([]);
        if (canBeAsked(user.id) && canBeAsked(place.id)) expect(writes()).toHaveLength(1);
        if (isNoSegment(user.service, user.id) || isNoSegment(place.service, place.id)) {
          expect(new Set(payload?.errors.map(({ code }) => code))).toEqual(new Set(["NOT_FOUND"]));
          expect(lines()).toEqual([]);
        }
      }),
      { numRuns: 400 },
    );
  });

  /** The ways to say it upstream; none where the service has no such membership. */
  function linesOfMove({ argument, method }: Move, user: Meaning, place: Meaning): readonly string[] {
    const verb = method[user.service];
    if (user.service === "directory") {
      if (place.kind !== "group" && place.kind !== "application") return [];
      return [lineOf(verb, "/api/users/user/", user, `/${argument}/`, place)];
    }
    if (verb === "") return [];
    if (place.kind === "organization") return [lineOf(verb, "/v2/users/", user, "/organizations/", place)];
    return place.kind === "space" ? [lineOf(verb, "/v2/users/", user, "/spaces/", place)] : [];
  }

  it("an API key is changed or deleted as exactly that key of that user, or nothing is", async () => {
    const cases = fc
      .tuple(world, hostile, hostile, fc.boolean(), services)
      .chain(([ids, user, key, isKnown, service]) => {
        const owner = isKnown ? ids.user : user;
        return fc.record({
          ids: fc.constant(ids),
          isDeletion: fc.boolean(),
          id: fc.oneof(
            { weight: 3, arbitrary: fc.constant(`ApiKey:${service}:${encode(owner)}:${encode(key)}`) },
            fc.constantFrom(
              `ApiKey:${service}:${owner}:${key}`,
              `ApiKey:${service}:${encode(encode(owner))}:${encode(encode(key))}`,
              `ApiKey:${service}:${encode(owner)}`,
              `ApiKey:${service}::${encode(key)}`,
              `ApiKey:${service}:${encode(owner)}:`,
              `ApiKey:${service}:${encode(owner)}:${encode(key)}:${encode(key)}`,
              `ApiKey:nowhere:${encode(owner)}:${encode(key)}`,
              `User:${service}:${encode(owner)}`,
              `Group:${service}:${encode(owner)}:${encode(key)}`,
              key,
            ),
          ),
        });
      });
    await fc.assert(
      fc.asyncProperty(cases, async ({ ids, isDeletion, id }) => {
        play(ids);
        const field = isDeletion ? "deleteApiKey" : "updateApiKey";
        const payload = await mutate(field, isDeletion ? { id } : { id, name: "New" });
        const [type, service, user, key, ...more] = id.split(":").map(decode);
        if (
          id === "" ||
          type !== "ApiKey" ||
          service !== "directory" ||
          !user ||
          !key ||
          more.length > 0 ||
          !id.isWellFormed()
        ) {
          expect(lines()).toEqual([]);
          return;
        }
        expectReadsOf(namedBy({ service, kind: "user", id: user }, ids));
        const line = lineOf(isDeletion ? "DELETE" : "PUT", "/api/users/user/", { id: user }, "/apikey/", { id: key });
        expect(writes().filter((one) => one !== line)).toEqual([]);
        // No user has a key of that id.
        expect(payload?.errors.map(({ code }) => code)).toEqual(["NOT_FOUND"]);
      }),
      { numRuns: 300 },
    );
  });

  it("a user is created with exactly the ids that are given, or not at all", async () => {
    const cases = world.chain((ids) =>
      fc.record({
        ids: fc.constant(ids),
        application: spelled(ids, "directory", ["application"]),
        group: spelled(ids, "directory", ["group"]),
        organization: fc.option(spelled(ids, "directory", ["organization"])),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ ids, application, group, organization }) => {
        play(ids);
        const payload = await mutate("createUser", {
          econtext: {
            service: "directory",
            email: "new@example.com",
            password: "secret sauce",
            name: "New",
            applications: [application.text],
            groups: [group.text],
            organization: organization?.text,
          },
        });
        const meanings = [
          meaningIn("directory", application, "Application", "application"),
          meaningIn("directory", group, "Group", "group"),
          ...(organization ? [meaningIn("directory", organization, "Group", "organization")] : []),
        ];
        if (meanings.includes(undefined)) {
          expect(lines()).toEqual([]);
          return;
        }
        const [inApplication, inGroup] = meanings;
        expect(writes().filter((line) => line !== "POST /api/users/user")).toEqual([]);
        const { user } = (payload ?? {}) as { user?: { applications: unknown; groups: unknown } | null };
        if (!user) return;
        expect(user.applications).toMatchObject({
          nodes: [{ id: `Application:directory:${encode(inApplication ?? "")}` }],
        });
        const node = expect.objectContaining({ id: `Group:directory:group:${encode(inGroup ?? "")}` });
        expect(user.groups).toEqual({ edges: expect.arrayContaining([expect.objectContaining({ node })]) });
      }),
      { numRuns: 200 },
    );
  });

  it("a Cloud Foundry user is created with exactly the guids that are given, or not at all", async () => {
    const cases = world.chain((ids) =>
      fc.record({ ids: fc.constant(ids), guid: hostile, space: fc.option(spelled(ids, "cloud", ["space"])) }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ ids, guid, space }) => {
        play(ids);
        const payload = await mutate("createUser", { cloudFoundry: { guid, defaultSpace: space?.text } });
        const meant = space && meaningIn("cloud", space, "Group", "space");
        if (space !== null && meant === undefined) {
          expect(lines()).toEqual([]);
          return;
        }
        const named = [
          { kind: "user", id: guid } as const,
          ...(meant ? namedBy({ service: "cloud", kind: "space", id: meant }, ids) : []),
        ];
        expectReadsOf(named);
        expect(writes().filter((line) => line !== "POST /v2/users")).toEqual([]);
        const { user } = (payload ?? {}) as {
          user?: { upstreamId: string; cloudFoundry: { defaultSpace: unknown } } | null;
        };
        if (!user) return;
        expect(user.upstreamId).toBe(guid);
        expect(user.cloudFoundry.defaultSpace).toEqual(
          meant ? expect.objectContaining({ id: `Group:cloud:space:${encode(meant)}` }) : null,
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** What an id in a draft names: there, the upstream's own is of the draft's service and of the field's kind. */
function meaningIn(
  service: ServiceName,
  { text }: { readonly text: string },
  type: Type,
  kind: Kind,
): string | undefined {
  if (!text.includes(":")) return text;
  const meaning = meaningOf({ text, service: null }, type);
  return meaning?.service === service && meaning.kind === kind ? meaning.id : undefined;
}
