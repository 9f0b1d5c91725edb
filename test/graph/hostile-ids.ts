import fc from "fast-check";
import { person, type People } from "../../src/sandbox/people.ts";

export type Kind = "user" | "application" | "group" | "organization" | "space" | "app";
export type Ids = Readonly<Record<Kind, string>>;
export type ServiceName = "directory" | "cloud";

/** Whom no id of these tests names. */
export const BYSTANDERS: Ids = {
  user: "bystander",
  application: "portal",
  group: "pilots",
  organization: "air",
  space: "staging",
  app: "preview",
};

const EMPTY_PATHS = [
  "",
  "/",
  ".",
  "..",
  "...",
  "./",
  "../",
  "/..",
  "..;",
  "a/..",
  "../..",
  "../users",
  "..\\..\\users",
];
const ESCAPES = [
  "%",
  "%%",
  "%2",
  "%2F",
  "%2f..",
  "%2e%2e",
  "%2E",
  "%252F",
  "%00",
  "%FF",
  "%C0%AF",
  "%zz",
  "a%20b",
  "+",
  "%2B",
];
const DELIMITERS = [
  "?",
  "#",
  "&",
  "=",
  ";",
  ",",
  "@",
  "a?limit=1",
  "a#b",
  "a&b=c",
  "a,b",
  "a;b=c",
  "//host/",
  "\\",
  "a\\b",
  "\\\\h",
];
const BLANKS = [" ", "  ", " a ", "a b", "\u00a0", "\ufeff", "\u200b", "\u2028"];
const CONTROLS = ["\u0000", "a\u0000", "\t", "\n", "\r\nX-Evil: 1", "\u001b[2J", "\u007f", "\u0085"];
const UNICODE = ["é", "e\u0301", "日本", "😀", "İ", "ß", "\u202eabc", "\ud800", "a\udc00", "\udfff\ud800"];
const LONG = [
  "x".repeat(900),
  "x".repeat(2100),
  "x".repeat(10_000),
  "é".repeat(1900),
  "é".repeat(500),
  "%".repeat(3000),
  "/".repeat(10_000),
];
const WORDS = [
  "user",
  "0",
  "-1",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "{id}",
  "{guid}",
  "${id}",
  "$&",
  "$1",
  "*",
  "'",
  '"',
];
const COLONS = [":", "::", "a:b", "User:directory:x", "group:x"];

/** Those that have another meaning in a path, more often than the rest. */
const WORST = [".", "..", "/", "a/b", "../users", "%2F", "%2e%2e", "?", "#", "\\", "..\\users", "\u0000", "\ud800"];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORST) },
  { weight: 4, arbitrary: fc.constantFrom(...EMPTY_PATHS, ...ESCAPES, ...DELIMITERS, ...BLANKS, ...CONTROLS) },
  { weight: 3, arbitrary: fc.constantFrom(...UNICODE, ...WORDS, ...COLONS) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...Array.from("./%?#:\\ 2eFaé")), maxLength: 10 }) },
);
export const hostile = fc.oneof(
  text,
  fc.tuple(fc.constantFrom("a", "user-1"), text).map((parts) => parts.join("")),
);
/** What a service may have: everything but nothing, and but its bystanders' ids. */
const stored = hostile.filter((id) => id !== "" && !Object.values(BYSTANDERS).includes(id));
export const world: fc.Arbitrary<Ids> = fc.record({
  user: stored,
  application: stored,
  group: stored,
  organization: stored,
  space: stored,
  app: stored,
});

/** Two of each kind, each belonging to its like: those with these ids, and the bystanders. */
export function peopleOf(ids: Ids): People {
  const all = [ids, BYSTANDERS];
  return {
    applications: all.map(({ application }, index) => ({
      id: application,
      name: `Application ${index}`,
      description: null,
      customData: null,
      enabled: true,
    })),
    groups: all.map(({ group, application }, index) => ({
      id: group,
      name: `Group ${index}`,
      description: null,
      application,
      customData: null,
    })),
    organizations: all.map(({ organization }, index) => ({ id: organization, name: `Organization ${index}` })),
    spaces: all.map(({ space, organization }, index) => ({ id: space, name: `space-${index}`, organization })),
    apps: all.map(({ app, space }, index) => ({
      id: app,
      name: `app-${index}`,
      space,
      started: true,
      instances: 1,
      memory: 64,
      buildpack: null,
    })),
    users: all.map(({ user, application, group, organization, space }, index) =>
      person(user, `User ${index}`, {
        email: `user-${index}@example.com`,
        applications: [application],
        groups: [group],
        apiKeys: ["one"],
        organization,
        active: true,
        roles: [
          { organization, role: "MEMBER" },
          { space, role: "DEVELOPER" },
        ],
        defaultSpace: space,
      }),
    ),
  };
}

/** Where each kind of thing is in its service, and what may follow there. */
const PATHS: Readonly<Record<ServiceName, Readonly<Partial<Record<Kind, readonly [path: string, below: RegExp]>>>>> = {
  directory: {
    user: ["/api/users/user/", /^(?:\/apikey\/[0-9A-Z]{25})?$/],
    application: ["/api/applications/application/", /^(?:\/users|\/groups)?$/],
    group: ["/api/groups/group/", /^(?:\/users)?$/],
    organization: ["/api/organizations/organization/", /^(?:\/users)?$/],
  },
  cloud: {
    user: ["/v2/users/", /^(?:\/(?:summary|spaces|organizations|(?:managed|audited|billing_managed)_\w+))?$/],
    organization: ["/v2/organizations/", /^(?:\/(?:users|managers|billing_managers|auditors|spaces|user_roles))?$/],
    space: ["/v2/spaces/", /^(?:\/(?:developers|managers|auditors|apps|user_roles))?$/],
    app: ["/v2/apps/", /^$/],
  },
};
const LISTS: Readonly<Record<ServiceName, readonly string[]>> = {
  directory: ["/api/users", "/api/applications", "/api/groups", "/api/organizations"],
  cloud: ["/v2/users", "/v2/organizations", "/v2/spaces", "/v2/apps", "/v2/info", "/"],
};
const PARAMETERS =
  /^(?:limit|offset|inline-relations-depth|include-relations|exclude-relations|results-per-page|page|order-direction|order-by|q)$/;

/** An id that an operation names, or that stands in what it reads. */
export interface Named {
  readonly kind: Kind;
  readonly id: string;
}

/** Whether a line asks for one of these things, or for a list, and for nothing else. */
export function isAbout(service: ServiceName, line: string, named: readonly Named[]): boolean {
  const [, path = "", query] = /^GET ([^?#]*)(?:\?([^?#]*))?$/.exec(line) ?? [];
  const guids = new Set(named.map(({ id }) => id));
  for (const pair of query?.split("&") ?? []) {
    const [name = "", value = ""] = pair.split("=").map(decodeURIComponent);
    if (!PARAMETERS.test(name)) return false;
    const values = name === "q" ? value.replace(/^\w+(?: IN |:)/, "").split(",") : [];
    if (!values.every((guid) => guids.has(guid))) return false;
  }
  if (LISTS[service].includes(path)) return true;
  const [, searched] = /^\/api\/users\/search\/([^/]*)$/.exec(path) ?? [];
  if (service === "directory" && searched !== undefined) return isSearchFor(decodeURIComponent(searched), named);
  return named.some(({ kind, id }) => isAt(service, path, kind, id));
}

/** Whether this is a regular expression that fits the whole ids of some of these users, and nothing else. */
function isSearchFor(expression: string, named: readonly Named[]): boolean {
  const [, alternatives] = /^\^\(\?:(.+)\)\$$/su.exec(expression) ?? [];
  return (alternatives?.match(/(?:\\.|[^\\|])+/gsu) ?? [""]).every((one) => {
    const id = one.replace(/\\(.)/gsu, "$1");
    const isLiteral = /^(?:\\.|[^\\^$.*+?()[\]{}|])+$/su.test(one);
    return isLiteral && named.some((thing) => thing.kind === "user" && thing.id === id);
  });
}

/** Whether this is the path of this thing, its id percent-encoded in a segment of its own. */
function isAt(service: ServiceName, path: string, kind: Kind, id: string): boolean {
  const [begin, below] = PATHS[service][kind] ?? [];
  if (begin === undefined || below === undefined || !id.isWellFormed()) return false;
  const whole = begin + encodeURIComponent(id);
  return path.startsWith(whole) && below.test(path.slice(whole.length));
}

/** What no service can be asked for, whatever its dialect. A service may know more of these. */
export const canBeAsked = (id: string) =>
  id.isWellFormed() && encodeURIComponent(id).length < 1900 && id.length < 900 && !/^\.{1,2}$|[/\\\p{Cc}]/u.test(id);

/** What would be another path, or no path, of this service however it is escaped: it names nothing. */
export const isNoSegment = (service: ServiceName, id: string) =>
  /^\.{1,2}$/.test(id) || !id.isWellFormed() || (service === "directory" && /[/\\]/.test(id));

export const TYPES = {
  user: "User",
  application: "Application",
  app: "Application",
  group: "Group",
  organization: "Group",
  space: "Group",
} as const;
export const GROUP_KINDS = { group: "GROUP", organization: "ORGANIZATION", space: "SPACE" } as const;

/** A global id, or what is left of one. */
export interface Spelling {
  readonly text: string;
  readonly service: string | null;
}

export const encode = (part: string) => encodeURIComponent(part.toWellFormed());

/** The ways to name a thing that clients will come up with, right or wrong. */
export function spellings(service: ServiceName, { kind, id }: Named): fc.Arbitrary<Spelling> {
  const type = TYPES[kind];
  const head = kind in GROUP_KINDS ? `${type}:${service}:${kind}` : `${type}:${service}`;
  const own = fc.constantFrom(service, "nowhere", "", null).map((name) => ({ text: id, service: name }));
  const right = fc.constantFrom(`${head}:${encode(id)}`, `${head}:${encode(id).toLowerCase()}`);
  const wrong = fc.constantFrom(
    `${head}:${id}`,
    `${head}:${encode(encode(id))}`,
    `${head}:`,
    `${head}:${encode(id)}:${encode(id)}`,
    `${head}::${encode(id)}`,
    `${type}:${encode(id)}`,
    `:${service}:${encode(id)}`,
    `${type.toLowerCase()}:${service}:${encode(id)}`,
    `${encode(id)}:${service}:${encode(id)}`,
    `${type}:nowhere:${encode(id)}`,
    `${type}:${encode(id)}:${encode(id)}`,
    `User:${service}:${encode(id)}`,
    `Application:${service}:${encode(id)}`,
    `ApiKey:${service}:${encode(id)}:${encode(id)}`,
    ...["group", "organization", "space", "team", "GROUP", "constructor", encode(id)].map(
      (name) => `Group:${service}:${name}:${encode(id)}`,
    ),
  );
  const global = fc
    .tuple(fc.oneof({ weight: 2, arbitrary: right }, wrong), fc.constantFrom(null, null, service, "nowhere"))
    .map(([spelled, name]) => ({ text: spelled, service: name }));
  return fc.oneof(own, { weight: 3, arbitrary: global });
}

export interface Meaning {
  readonly service: ServiceName;
  /** Undefined: an upstream's own id does not tell which of the kinds of groups is meant. */
  readonly kind: Kind | undefined;
  readonly id: string;
}

const isService = (name: string | null | undefined): name is ServiceName => name === "directory" || name === "cloud";

/** A part of a global id; empty where it is not spelled as `encodeURIComponent` does, the one way there is. */
export function decode(part: string): string {
  try {
    const decoded = decodeURIComponent(part);
    return encodeURIComponent(decoded) === part ? decoded : "";
  } catch {
    return "";
  }
}

/** What the contract says that a text names; undefined: nothing that could be asked for. */
export function meaningOf({ text: spelled, service }: Spelling, type: string): Meaning | undefined {
  if (!spelled.isWellFormed() || (service !== null && !isService(service))) return undefined;
  if (!spelled.includes(":")) {
    if (spelled === "" || service === null) return undefined;
    const kind = type === "User" ? "user" : type === "Application" ? kindOfApplication(service) : undefined;
    return { service, kind, id: spelled };
  }
  const parts = spelled.split(":").map(decode);
  const [found = "", home, third = "", fourth] = parts;
  if (parts.includes("") || !isService(home) || found !== type || (service !== null && service !== home))
    return undefined;
  if (type !== "Group") {
    if (parts.length !== 3) return undefined;
    return { service: home, kind: type === "User" ? "user" : kindOfApplication(home), id: third };
  }
  if (parts.length !== 4 || fourth === undefined || !/^(?:group|organization|space)$/.test(third)) return undefined;
  return { service: home, kind: third as Kind, id: fourth };
}

const kindOfApplication = (service: ServiceName): Kind => (service === "directory" ? "application" : "app");

/** Where a write goes: its method, then its path in pieces, ids among them. */
export function lineOf(method: string, ...pieces: readonly (string | { readonly id: string })[]): string {
  return `${method} ${pieces.map((piece) => (typeof piece === "string" ? piece : encodeURIComponent(piece.id))).join("")}`;
}

/** The things that an id may stand for, and those that are read beside it where there is such a thing. */
export function namedBy({ kind, id }: Meaning, ids: Ids): readonly Named[] {
  const kinds: readonly Kind[] = kind === undefined ? ["group", "organization", "space"] : [kind];
  const named = kinds.map((one) => ({ kind: one, id }));
  const isThere = kinds.some((one) => ids[one].toLowerCase() === id.toLowerCase());
  if (!isThere) return named;
  return [...named, ...(Object.entries(ids) as [Kind, string][]).map(([one, other]) => ({ kind: one, id: other }))];
}

export const KINDS: Readonly<Record<ServiceName, readonly Kind[]>> = {
  directory: ["user", "application", "group", "organization"],
  cloud: ["user", "app", "organization", "space"],
};
