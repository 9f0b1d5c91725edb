import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { format } from "prettier";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DEFAULT_SERVER, DEFAULT_SERVICE } from "../../src/config/settings.ts";
import { FAILURES } from "../../src/domain/errors.ts";
import { openGateway } from "../support/ways.ts";
import { createLog } from "../../src/log.ts";
import { answeringAhead, FAULTS, HUGE_BYTES, listing, type Fault } from "../support/faults.ts";
import {
  ASKED,
  CLOUD_FOUNDRY,
  ECONTEXT,
  MARKER,
  rightly,
  startService,
  userOf,
  type Asked,
  type FaultyService,
  type Speech,
} from "../support/faults-service.ts";
import {
  FINE,
  isSlow,
  LATE,
  ONCE,
  passed,
  passing,
  refused,
  useless,
  writeTable,
  type Row,
  type Seen,
} from "../support/faults-table.ts";

const DOCUMENT = "docs/upstream-faults.md";
const REWRITE = "UPDATE_DOCS=1 npx vitest run test/graph/faults.test.ts";

/** Half a deadline, so that there are two attempts and never three. */
const SHORT = { timeoutMs: 600, deadlineMs: 1_200 };
/** Whatever takes less did not wait for them. */
const LONG = { timeoutMs: 6_000, deadlineMs: 12_000 };
/** What a busy machine may add. */
const SLACK_MS = 4_000;

const ID = "ada";

type Entry = readonly [says: string, fault: Fault, seen: Row["seen"], onlyIn?: Row["onlyIn"]];

interface Chapter {
  readonly title: string;
  readonly rows: readonly Row[];
}

const chapter = (title: string, entries: readonly Entry[]): Chapter => ({
  title,
  rows: entries.map(([says, fault, seen, onlyIn]) => ({ says, fault, seen, ...(onlyIn && { onlyIn }) })),
});

/** Nothing was sent, which may be repeated whatever it is. */
const UNREACHED: Seen = { code: "UPSTREAM_UNAVAILABLE", outcomeUnknown: false, within: "at once", requests: 0 };

const CHAPTERS: readonly Chapter[] = [
  chapter("No connection, or a lost one", [
    ["refuses the connection", FAULTS.refuses, { read: UNREACHED, creation: UNREACHED, change: UNREACHED }],
    [
      "takes no connection",
      FAULTS.takesNoConnection,
      {
        read: { ...LATE.read, requests: 0 },
        creation: { ...LATE.creation, outcomeUnknown: false, requests: 0 },
        change: { ...LATE.change, outcomeUnknown: false, requests: 0 },
      },
    ],
    ["resets the connection before it answers", FAULTS.resets, passing("UPSTREAM_UNAVAILABLE")],
    ["resets the connection inside the body", FAULTS.resetsInBody, passing("UPSTREAM_UNAVAILABLE")],
    ["hangs up before it answers", FAULTS.hangsUp, passing("UPSTREAM_UNAVAILABLE")],
    ["hangs up inside the head", FAULTS.hangsUpInHead, passing("UPSTREAM_UNAVAILABLE")],
    [
      "hangs up inside the body: half of a JSON, and too long a `Content-Length`",
      FAULTS.hangsUpInBody,
      passing("UPSTREAM_UNAVAILABLE"),
    ],
    ["hangs up inside a chunk", FAULTS.hangsUpInChunk, passing("UPSTREAM_UNAVAILABLE")],
  ]),
  chapter("No answer in time", [
    ["says nothing", FAULTS.saysNothing, LATE],
    ["answers after `timeout`", FAULTS.answersTooLate, LATE],
    ["sends a head that never ends", FAULTS.headTrickles, LATE],
    ["sends a body that never ends, byte by byte", FAULTS.bodyTrickles, LATE],
    ["sends half of a JSON with too long a `Content-Length`, and waits", FAULTS.bodyStops, LATE],
    ["sends no last chunk", FAULTS.lastChunkMissing, LATE],
    ["sends 103 for ever", FAULTS.interimForever, LATE],
  ]),
  chapter("A status that is no success", [
    ["401", FAULTS.unauthorized, refused("UNAUTHENTICATED")],
    ["403, a page of HTML", FAULTS.forbidden, refused("FORBIDDEN")],
    ["404, a page of HTML", FAULTS.notFoundPage, refused("UPSTREAM_ERROR")],
    ["429", FAULTS.tooMany, passing("RATE_LIMITED", true)],
    [
      "429 with `Retry-After: 1`, then well",
      FAULTS.tooManyForOneSecond,
      passed({ ...ONCE("RATE_LIMITED", "at once"), retryAfter: 1 }, "when the service says"),
    ],
    [
      "429 with a date in `Retry-After`, then well",
      FAULTS.tooManyUntil,
      passed({ ...ONCE("RATE_LIMITED", "at once"), retryAfter: "until then" }, "when the service says"),
    ],
    ["429 with a `Retry-After` beyond the deadline", FAULTS.tooManyForAnHour, refused("RATE_LIMITED", 3600)],
    ["500 that nobody knows, with a stack", FAULTS.fails, useless("UPSTREAM_ERROR")],
    ["502", FAULTS.badGateway, passing("UPSTREAM_UNAVAILABLE")],
    ["502, then well", FAULTS.badGatewayOnce, passed(ONCE("UPSTREAM_UNAVAILABLE", "at once", true), "at once")],
    ["503, a page of HTML", FAULTS.unavailable, passing("UPSTREAM_UNAVAILABLE")],
    [
      "503 with `Retry-After: 1`, then well",
      FAULTS.unavailableForOneSecond,
      passed({ ...ONCE("UPSTREAM_UNAVAILABLE", "at once", true), retryAfter: 1 }, "when the service says"),
    ],
    [
      "503 with a `Retry-After` beyond the deadline",
      FAULTS.unavailableForAnHour,
      (() => {
        const lost = { ...ONCE("UPSTREAM_UNAVAILABLE", "at once", true), retryAfter: 3600 };
        return { read: { ...lost, outcomeUnknown: false }, creation: lost, change: lost };
      })(),
    ],
    ["504, a page of HTML", FAULTS.gatewayTimeout, passing("UPSTREAM_UNAVAILABLE")],
    ["301 to another server", FAULTS.movedPermanently, useless("UPSTREAM_ERROR")],
    ["302 to another server", FAULTS.found, useless("UPSTREAM_ERROR")],
    ["307 to another server", FAULTS.temporaryRedirect, useless("UPSTREAM_ERROR")],
    ["308 to another server", FAULTS.permanentRedirect, useless("UPSTREAM_ERROR")],
    ["302 to itself", FAULTS.redirectToItself, useless("UPSTREAM_ERROR")],
  ]),
  chapter("A success that is none", [
    ["text that is not JSON", FAULTS.notJson, useless("UPSTREAM_INVALID_RESPONSE")],
    ["half of a JSON, its length right", FAULTS.halfOfJson, useless("UPSTREAM_INVALID_RESPONSE")],
    ["a page of HTML", FAULTS.html, useless("UPSTREAM_INVALID_RESPONSE")],
    ["an empty body", FAULTS.empty, useless("UPSTREAM_INVALID_RESPONSE")],
    ["an empty object", FAULTS.emptyObject, useless("UPSTREAM_INVALID_RESPONSE")],
    ["a list", FAULTS.list, useless("UPSTREAM_INVALID_RESPONSE")],
    ["`null`", FAULTS.nullBody, useless("UPSTREAM_INVALID_RESPONSE")],
    ["JSON of another shape", FAULTS.wrongShape, useless("UPSTREAM_INVALID_RESPONSE")],
    ["an id of another type", FAULTS.idOfWrongType, useless("UPSTREAM_INVALID_RESPONSE")],
    [
      "somebody else's record",
      FAULTS.anotherRecord,
      useless("UPSTREAM_INVALID_RESPONSE"),
      // eContext gives the ids itself.
      { creation: "Cloud Foundry alone" },
    ],
    ["204, and no body", FAULTS.noContent, useless("UPSTREAM_INVALID_RESPONSE")],
    ["204 with a body", FAULTS.noContentWithBody, useless("UPSTREAM_INVALID_RESPONSE")],
    ["bytes that are not UTF-8", FAULTS.invalidUtf8, useless("UPSTREAM_INVALID_RESPONSE")],
    ["a byte order mark before the JSON", FAULTS.byteOrderMark, useless("UPSTREAM_INVALID_RESPONSE")],
    ["a body compressed with gzip, which nobody asked for", FAULTS.compressed, useless("UPSTREAM_INVALID_RESPONSE")],
  ]),
  chapter("Not quite HTTP", [
    ["a body longer than its `Content-Length`", FAULTS.lengthTooShort, useless("UPSTREAM_INVALID_RESPONSE")],
    ["the answer, and behind it one to the next request", FAULTS.lengthTooShortForged, FINE],
    ["two different lengths", FAULTS.twoLengths, passing("UPSTREAM_UNAVAILABLE")],
    ["a length that is no number", FAULTS.lengthIsNoNumber, useless("UPSTREAM_INVALID_RESPONSE")],
    ["100, which nobody waits for, then the answer", FAULTS.continues, useless("UPSTREAM_INVALID_RESPONSE")],
    ["103, then the answer", FAULTS.earlyHints, FINE],
    ["103 a hundred times, then the answer", FAULTS.manyInterims, FINE],
    ["101, to another protocol", FAULTS.switchesProtocols, useless("UPSTREAM_INVALID_RESPONSE")],
    ["another protocol altogether", FAULTS.otherProtocol, useless("UPSTREAM_INVALID_RESPONSE")],
  ]),
  chapter("Too much", [
    ["a body of 100 MB", FAULTS.huge, useless("UPSTREAM_INVALID_RESPONSE")],
    ["a body of 100 MB in chunks", FAULTS.hugeInChunks, useless("UPSTREAM_INVALID_RESPONSE")],
    ["JSON, a million levels deep (2 MB)", FAULTS.deepSmall, useless("UPSTREAM_INVALID_RESPONSE")],
    ["JSON, a million levels deep (12 MB)", FAULTS.deepLarge, useless("UPSTREAM_INVALID_RESPONSE")],
    ["the right record, and in it a million levels", FAULTS.deepInside, useless("UPSTREAM_INVALID_RESPONSE")],
    ["a head of 1 MB", FAULTS.hugeHead, useless("UPSTREAM_INVALID_RESPONSE")],
  ]),
];

interface Measured {
  readonly says: string;
  readonly speech: Speech;
  readonly asked: Asked;
  readonly told: string;
  readonly ms: number;
  readonly requests: number;
  readonly sentBytes: number;
}

const measured: Measured[] = [];
const SPEECHES = [ECONTEXT, CLOUD_FOUNDRY] as const;
let healthy: Readonly<Record<string, FaultyService>>;
let elsewhere: FaultyService;

beforeAll(async () => {
  const [directory, cloud, other] = await Promise.all(
    [...SPEECHES, ECONTEXT].map((speech) => startService(speech, rightly(speech))),
  );
  healthy = { directory: directory as FaultyService, cloud: cloud as FaultyService };
  elsewhere = other as FaultyService;
});
afterAll(async () => {
  await Promise.all([...Object.values(healthy), elsewhere].map((service) => service.close()));
  if (process.env["SHOW_FAULTS"] === "1") show();
});

describe.each(CHAPTERS)("A service that misbehaves ($title)", ({ title, rows }) => {
  // Much work for one thread: the times of others would be wrong.
  const test = title === "Too much" ? it : it.concurrent;
  test.each(rows)("$says", async (row) => {
    const runs = SPEECHES.flatMap((speech) =>
      ASKED.filter((asked) => speech !== ECONTEXT || row.onlyIn?.[asked] === undefined).map((asked) =>
        run(row, speech, asked),
      ),
    );
    await Promise.all(runs);
  });
});

async function run(row: Row, speech: Speech, asked: Asked): Promise<void> {
  const at = `${speech.name}, ${asked}`;
  const seen = row.seen[asked];
  const times = isSlow(row) ? SHORT : LONG;
  const service = await row.fault({ speech, elsewhere: elsewhere.url });
  const graph = openGraph(speech, service.url, times);
  try {
    const start = performance.now();
    const { text, body } = await graph.query(writeOperation(speech, asked));
    const ms = performance.now() - start;
    const requests = service.requests.length;
    const told = body.errors?.[0]?.extensions.code ?? "-";
    measured.push({ says: row.says, speech, asked, told, ms, requests, sentBytes: service.sentBytes });

    expectSeen(at, body, speech, asked, seen);
    expect(text, at).not.toContain(MARKER);
    expectTime(at, ms, seen, times);
    expect(requests, at).toBe(seen.requests);
    expect(service.requests.filter(({ method }) => method === "POST").length, at).toBeLessThanOrEqual(1);
    expect(service.sentBytes, at).toBeLessThan(HUGE_BYTES / 3);
    expect(elsewhere.requests, at).toEqual([]);
    await expectRecovery(at, graph, service, speech);
  } finally {
    await graph.close();
    await service.close();
  }
}

describe.each(SPEECHES)("A record with its own id and a value of another type in every field ($dialect)", (speech) => {
  it("leaves no field without a value and without an error", async () => {
    const service = await FAULTS.wrongTypes({ speech, elsewhere: elsewhere.url });
    const graph = openGraph(speech, service.url, LONG);
    const { body, text } = await graph.query(writeOperation(speech, "read"));
    await graph.close();
    await service.close();
    expect(body.data?.healthy).toEqual(userOf(otherThan(speech), ID));
    expect(new Set(body.errors?.map(({ extensions }) => extensions.code))).toEqual(
      new Set(["UPSTREAM_INVALID_RESPONSE"]),
    );
    for (const field of ["name", "status"]) {
      // At the field, or at the user that has no value because of it.
      const paths = body.errors?.map(({ path }) => path.join("."));
      expect(paths?.some((path) => `faulty.${field}`.startsWith(path))).toBe(true);
    }
    expect(text).not.toContain(MARKER);
  });
});

/** What a list of Cloud Foundry says of itself, where it holds two users. */
const LISTS: readonly ListRow[] = [
  {
    says: "`next_url` leads to another server",
    claims: ({ elsewhere: url }) => ({ total_pages: 2, next_url: `${url}/v2/users?${MARKER}` }),
    seen: { totalCount: 2, hasNextPage: false },
  },
  {
    says: "`next_url` leads back to the same page",
    claims: (_, { target }) => ({ total_pages: 2, next_url: target }),
    seen: { totalCount: 2, hasNextPage: false },
  },
  {
    says: "a million pages",
    claims: (_, { target }) => ({ total_results: 2_000_000, total_pages: 1_000_000, next_url: target }),
    seen: { totalCount: 2_000_000, hasNextPage: true },
  },
  {
    says: "fewer than it holds",
    claims: () => ({ total_results: 0, total_pages: 0 }),
    seen: { totalCount: 0, hasNextPage: false },
  },
  { says: "less than none", claims: () => ({ total_results: -1 }), seen: "UPSTREAM_INVALID_RESPONSE" },
  { says: "a number as text", claims: () => ({ total_results: "2" }), seen: "UPSTREAM_INVALID_RESPONSE" },
  { says: "more than can be", claims: () => ({ total_results: 2 ** 53 }), seen: "UPSTREAM_INVALID_RESPONSE" },
  { says: "no number", claims: () => ({ total_results: null }), seen: "UPSTREAM_INVALID_RESPONSE" },
  { says: "no list at all", claims: () => ({ resources: { [MARKER]: 1 } }), seen: "UPSTREAM_INVALID_RESPONSE" },
  { says: "a list of something else", claims: () => ({ resources: [MARKER] }), seen: "UPSTREAM_INVALID_RESPONSE" },
];

describe("A list of Cloud Foundry that lies about itself", () => {
  it.each(LISTS)("says $says", async ({ claims, seen }) => {
    const service = await listing(claims)({ speech: CLOUD_FOUNDRY, elsewhere: elsewhere.url });
    const graph = openGraph(CLOUD_FOUNDRY, service.url, LONG);
    const list = 'faulty: users(service: "cloud", first: 2) { nodes { id } totalCount pageInfo { hasNextPage } }';
    const { body, text } = await graph.query(`{ ${list} healthy: ${ECONTEXT.ask("read", ID)} }`);
    await graph.close();
    await service.close();
    const told =
      typeof seen === "string"
        ? null
        : { nodes: NODES, totalCount: seen.totalCount, pageInfo: { hasNextPage: seen.hasNextPage } };
    expect(body.data).toEqual({ faulty: told, healthy: userOf(ECONTEXT, ID) });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(
      typeof seen === "string" ? [seen] : undefined,
    );
    expect(text).not.toContain(MARKER);
    expect(service.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });

  it("is never read whole where it claims to be endless", async () => {
    const endless = listing((_, { target }) => ({ total_results: 2_000_000, total_pages: 20_000, next_url: target }));
    const service = await endless({ speech: CLOUD_FOUNDRY, elsewhere: elsewhere.url });
    const graph = openGraph(CLOUD_FOUNDRY, service.url, LONG);
    const children = "nodes { id children { nodes { id applications { nodes { id } } } } }";
    await graph.query(`{ groups(service: "cloud", kind: ORGANIZATION, first: 2) { ${children} } }`);
    await graph.query(
      `{ users(service: "cloud", first: 2) { nodes { groups { nodes { id } } applications { nodes { id } } } } }`,
    );
    await graph.close();
    await service.close();
    // Two organizations, two spaces in each, two users: each asked for by itself at most, and the first pages of all.
    expect(service.requests.length).toBeLessThan(60);
  });
});

const NODES = [{ id: "User:cloud:ada" }, { id: "User:cloud:bob" }];

interface ListRow {
  readonly says: string;
  readonly claims: Parameters<typeof listing>[0];
  readonly seen: "UPSTREAM_INVALID_RESPONSE" | { readonly totalCount: number; readonly hasNextPage: boolean };
}

describe.each(SPEECHES)("An answer to a question of later ($dialect)", (speech) => {
  it.each([
    ["in one piece with the right one", 0],
    ["while the connection rests", 50],
  ])("is never taken for one: %s", async (_, afterMs) => {
    const service = await answeringAhead(afterMs)({ speech, elsewhere: elsewhere.url });
    const graph = openGraph(speech, service.url, LONG);
    const both = await graph.query(
      `{ ada: ${speech.ask("read", "ada")} ${afterMs === 0 ? `bob: ${speech.ask("read", "bob")}` : ""} }`,
    );
    await sleep(2 * afterMs);
    const later = await graph.query(`{ bob: ${speech.ask("read", "bob")} }`);
    await graph.close();
    await service.close();
    expect(both.body).toEqual({
      data: { ada: userOf(speech, "ada"), ...(afterMs === 0 && { bob: userOf(speech, "bob") }) },
    });
    expect(later.body).toEqual({ data: { bob: userOf(speech, "bob") } });
  });
});

/** The gateway's answer, as far as these operations look at it. */
interface Told {
  readonly data: { readonly faulty?: unknown; readonly healthy?: unknown } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path: readonly string[];
    readonly extensions: { readonly code: string };
  }[];
}

/** A gateway over the service under test and one of the other dialect that is well. */
function openGraph(speech: Speech, url: string, times: typeof SHORT) {
  const settings = {
    server: DEFAULT_SERVER,
    services: SPEECHES.map((one) => ({
      ...DEFAULT_SERVICE,
      ...(one === speech && { ...times, retries: 2, connections: 1 }),
      service: {
        name: one.name,
        dialect: one.dialect,
        url: one === speech ? url : (healthy[one.name] as FaultyService).url,
      },
      credentials: { bearer: `token-of-${one.name}` },
    })),
  };
  const { fetch, close } = openGateway(settings, { log: createLog({ pretty: false, level: "silent" }) });
  return {
    close,
    /** The text is all that a client gets to read. */
    async query(query: string): Promise<{ text: string; body: Told }> {
      const response = await fetch("http://gateway.test/graphql", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      });
      const body = await response.text();
      return { text: JSON.stringify([...response.headers]) + body, body: JSON.parse(body) as Told };
    },
  };
}

const otherThan = (speech: Speech) => (speech === ECONTEXT ? CLOUD_FOUNDRY : ECONTEXT);

function writeOperation(speech: Speech, asked: Asked): string {
  const fields = `faulty: ${speech.ask(asked, ID)} healthy: ${otherThan(speech).ask(asked, ID)}`;
  return asked === "read" ? `{ ${fields} }` : `mutation { ${fields} }`;
}

/** What a field shows: a payload, unless it is a read. */
function shown(asked: Asked, user: unknown) {
  return asked === "read" ? user : { user, errors: [] };
}

function expectSeen(at: string, { data, errors }: Told, speech: Speech, asked: Asked, seen: Seen): void {
  const { code, outcomeUnknown, retryAfter } = seen;
  const healthyPart = shown(asked, userOf(otherThan(speech), ID));
  if (code === null) {
    expect(errors, at).toBeUndefined();
    expect(data, at).toEqual({ faulty: shown(asked, userOf(speech, ID)), healthy: healthyPart });
    return;
  }
  expect(data, at).toEqual({ faulty: shown(asked, null), healthy: healthyPart });
  const extensions = {
    code,
    service: speech.name,
    retryable: FAILURES[code].retryable && !outcomeUnknown,
    ...(retryAfter !== undefined && { retryAfter: retryAfter === "until then" ? expect.any(Number) : retryAfter }),
    ...(outcomeUnknown && { outcome: "UNKNOWN" }),
  };
  const path = asked === "read" ? ["faulty"] : ["faulty", "user"];
  expect(errors, at).toMatchObject([{ path, message: expect.stringContaining(`\`${speech.name}\``) as string }]);
  expect(errors?.[0]?.extensions, at).toEqual(extensions);
  if (outcomeUnknown) expect(errors?.[0]?.message, at).toMatch(/may (?:have been|be) .* (?:look|read)|read it back/);
}

function expectTime(at: string, ms: number, { within }: Seen, { timeoutMs, deadlineMs }: typeof SHORT): void {
  switch (within) {
    case "at once":
      expect(ms, at).toBeLessThan(SLACK_MS);
      break;
    case "when the service says":
      expect(ms, at).toBeGreaterThan(990);
      expect(ms, at).toBeLessThan(2_000 + SLACK_MS);
      break;
    case "one `timeout`":
      expect(ms, at).toBeGreaterThan(timeoutMs - 10);
      expect(ms, at).toBeLessThan(timeoutMs + SLACK_MS);
      break;
    case "the `deadline`":
      expect(ms, at).toBeGreaterThan(timeoutMs);
      expect(ms, at).toBeLessThan(deadlineMs + SLACK_MS);
  }
}

/** Nothing of the fault lives on: no connection that nobody reads, and no answer to a question of before. */
async function expectRecovery(
  at: string,
  graph: ReturnType<typeof openGraph>,
  service: FaultyService,
  speech: Speech,
): Promise<void> {
  await vi.waitFor(() => expect(service.open, at).toBeLessThanOrEqual(1), SLACK_MS);
  if (service.turn === undefined) return;
  service.turn(rightly(speech));
  const { body } = await graph.query(`{ faulty: ${speech.ask("read", "bob")} }`);
  expect(body, at).toEqual({ data: { faulty: userOf(speech, "bob") } });
}

const HEAD = `# What becomes of a service that misbehaves

Each line is a fault of a service, and what a client sees that asks it for one thing: a **read** (\`user\`, a GET), a
**creation** (\`createUser\`, a POST) or a **change** (\`updateUser\`, a PUT that the dialect calls repeatable). Every line is
run through the whole gateway over real sockets, in both dialects, together with a second service that is well, whose
part of the answer is whole in all of them. \`test/graph/faults.test.ts\` writes this page from its own table, and holds
it. After a change of the table: \`${REWRITE}\`.

- \`retries\` is 2, and \`deadline\` twice the \`timeout\`. "At once" is without waiting for either: with what is waited
  between attempts, less than half a second.
- \`requests\` is how many the service saw in all. A creation is sent once, unless nothing of it was sent.
- Where it says "outcome UNKNOWN", \`extensions.outcome\` is \`UNKNOWN\`, the message tells how to find out, and the error
  is not \`retryable\`. Apart from that, \`RATE_LIMITED\`, \`UPSTREAM_TIMEOUT\` and \`UPSTREAM_UNAVAILABLE\` are.
- Afterwards the service is well, and the same gateway is answered as it should be.
- No byte of what the service said is in any answer. A redirect is followed nowhere. Of 100 MB less than a third is read.
`;

const LISTS_HEAD = `## What a list of Cloud Foundry says of itself

It holds two users, and two are asked for. Where a list goes on we reckon ourselves: \`next_url\` is not followed.

| the list says | the client sees | requests |
| --- | --- | ---: |
`;

function tellOfList(seen: ListRow["seen"]): string {
  if (typeof seen === "string") return `\`${seen}\``;
  return `both users, \`totalCount\` ${seen.totalCount}, \`hasNextPage\` ${seen.hasNextPage}`;
}

function writeDocument(): Promise<string> {
  const chapters = CHAPTERS.map(({ title, rows }) => `## ${title}\n\n${writeTable(rows)}\n`);
  const lists = LISTS.map(({ says, seen }) => `| ${says} | ${tellOfList(seen)} | 1 |`).join("\n");
  return format([HEAD, ...chapters, LISTS_HEAD + lists].join("\n"), { parser: "markdown", printWidth: 120 });
}

describe("The document of what becomes of faults", () => {
  it(`says what the table says (${REWRITE})`, async () => {
    const written = await writeDocument();
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(DOCUMENT, written);
    expect(readFileSync(DOCUMENT, "utf8")).toBe(written);
  });
});

/** The same with the milliseconds of this run, for people. */
function show(): void {
  const lines = measured.map(
    ({ says, speech, asked, told, ms, requests, sentBytes }) =>
      `| ${says} | ${speech.name} | ${asked} | ${told} | ${ms.toFixed(0)} | ${requests} | ${sentBytes} |`,
  );
  const head = [
    "| the service | service | asked for | code | ms | requests | bytes it could send |",
    "| --- | --- | --- | --- | ---: | ---: | ---: |",
  ];
  process.stdout.write(`${[...head, ...lines].join("\n")}\n`);
}
