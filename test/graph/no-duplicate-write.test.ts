import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases, hold, Tally } from "../support/chaos-cases.ts";
import { startChaosGateway, type ChaosGateway, type Result } from "../support/chaos-gateway.ts";
import { scripts, type ChaosRequest } from "../support/chaos-upstream.ts";
import { peopleToWrite, subjectOf } from "../support/worlds.ts";

const LONG_MS = 300_000;

type ServiceName = "directory" | "cloud";
type Credentials = Readonly<Record<ServiceName, string>>;

let writers = 0;

/**
 * Of a writer whom no other case knows. While a service refuses connections its port is free, and another case's service
 * may get it: that one has to refuse what is not meant for it.
 */
function newCredentials(): Credentials {
  const name = `writer-${++writers}`;
  return { directory: `Basic ${Buffer.from(`${name}:${name}`).toString("base64")}`, cloud: `bearer ${name}` };
}

interface Kind {
  readonly service: ServiceName;
  /** A creation, or a deletion that a repetition would not find: the service must not get it twice. */
  readonly once: boolean;
  /**
   * @param subject the user, new or not, who is there for this write alone
   * @param key the id of the user's API key
   */
  readonly write: (subject: string, key: string) => string;
}

const USER = "user { id name email groups(first: 5) { nodes { id name } } }";
const ERRORS = "errors { code message }";
const write = (field: string, input: string, shows: string) => `${field}(input: { ${input} }) { ${shows} ${ERRORS} }`;
const user = (service: ServiceName, subject: string) => `"User:${service}:${subject}"`;

const KINDS: Readonly<Record<string, Kind>> = {
  "create user": {
    service: "directory",
    once: true,
    write: (subject) => {
      const draft = `email: "new-${subject}@example.com", password: "long enough", name: "${subject}", applications: ["application-0"]`;
      return write("createUser", `econtext: { service: "directory", ${draft} }`, USER);
    },
  },
  "update user": {
    service: "directory",
    once: false,
    write: (subject) =>
      write("updateUser", `id: ${user("directory", subject)}, econtext: { name: "${subject} renamed" }`, USER),
  },
  "delete user": {
    service: "directory",
    once: true,
    write: (subject) => write("deleteUser", `id: ${user("directory", subject)}`, "deletedId"),
  },
  "join group": {
    service: "directory",
    once: true,
    write: (subject) =>
      write("addUserToGroup", `user: ${user("directory", subject)}, group: "Group:directory:group:group-1"`, USER),
  },
  "leave group": {
    service: "directory",
    once: false,
    write: (subject) =>
      write("removeUserFromGroup", `user: ${user("directory", subject)}, group: "Group:directory:group:group-0"`, USER),
  },
  "join application": {
    service: "directory",
    once: true,
    write: (subject) =>
      write(
        "addUserToApplication",
        `user: ${user("directory", subject)}, application: "Application:directory:application-2"`,
        "user { id }",
      ),
  },
  "leave application": {
    service: "directory",
    once: false,
    write: (subject) =>
      write(
        "removeUserFromApplication",
        `user: ${user("directory", subject)}, application: "Application:directory:application-1"`,
        USER,
      ),
  },
  "create key": {
    service: "directory",
    once: true,
    write: (subject) =>
      write("createApiKey", `user: ${user("directory", subject)}, name: "new"`, "apiKey { id } secret"),
  },
  "update key": {
    service: "directory",
    once: false,
    write: (subject, key) =>
      write("updateApiKey", `id: "ApiKey:directory:${subject}:${key}", name: "renamed"`, "apiKey { id name }"),
  },
  "delete key": {
    service: "directory",
    once: true,
    write: (subject, key) => write("deleteApiKey", `id: "ApiKey:directory:${subject}:${key}"`, "deletedId"),
  },
  "create cloud user": {
    service: "cloud",
    once: true,
    write: (subject) =>
      write("createUser", `cloudFoundry: { service: "cloud", guid: "new-${subject}", defaultSpace: "space-0" }`, USER),
  },
  "update cloud user": {
    service: "cloud",
    once: false,
    write: (subject) =>
      write("updateUser", `id: ${user("cloud", subject)}, cloudFoundry: { defaultSpace: "space-1" }`, USER),
  },
  "delete cloud user": {
    service: "cloud",
    once: true,
    write: (subject) => write("deleteUser", `id: ${user("cloud", subject)}`, "deletedId"),
  },
  "join space": {
    service: "cloud",
    once: false,
    write: (subject) =>
      write(
        "addUserToGroup",
        `user: ${user("cloud", subject)}, group: "Group:cloud:space:space-2"`,
        `${USER} group { id name }`,
      ),
  },
  "leave space": {
    service: "cloud",
    once: false,
    write: (subject) =>
      write("removeUserFromGroup", `user: ${user("cloud", subject)}, group: "Group:cloud:space:space-0"`, USER),
  },
};

/** What one client sends: one mutation, or some in one operation, each of another user. */
interface Plan {
  readonly gapMs: number;
  readonly kinds: readonly string[];
  readonly hangUpMs: number | null;
}

const MOST_WRITES = 4 * 4 * 2;

const kinds = fc.constantFrom(...Object.keys(KINDS));
const lanes = fc.array(
  fc.array(
    fc.record<Plan>({
      gapMs: fc.nat(10),
      kinds: fc.oneof(
        { weight: 4, arbitrary: fc.array(kinds, { minLength: 1, maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(kinds, { minLength: 2, maxLength: 2 }) },
      ),
      hangUpMs: fc.oneof(
        { weight: 12, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
      ),
    }),
    { minLength: 1, maxLength: 4, size: "max" },
  ),
  { minLength: 1, maxLength: 4, size: "max" },
);

/** When a service takes no connections. */
const outages = fc.array(
  fc.record({
    service: fc.constantFrom<ServiceName>("directory", "cloud"),
    atMs: fc.nat(60),
    forMs: fc.integer({ min: 5, max: 250 }),
  }),
  { maxLength: 3 },
);

/** One mutation, and what the client was told of it; null: the client did not stay. */
interface Written {
  readonly kind: string;
  readonly subject: string;
  readonly told: "done" | "not done" | "unknown" | null;
}

describe("A write, whatever comes between", () => {
  it(
    "is never made twice, and what is told of it is true",
    async () => {
      const tally = new Tally();
      const count = cases(120);
      await hold(
        fc.asyncProperty(
          fc.constantFrom("E1", "E2"),
          lanes,
          scripts,
          scripts,
          outages,
          async (edition, someLanes, directory, cloud, someOutages) => {
            const people = peopleToWrite(MOST_WRITES);
            const credentials = newCredentials();
            const gateway = await startChaosGateway({
              edition,
              worlds: {
                directory: new Map([[credentials.directory, people]]),
                cloud: new Map([[credentials.cloud, people]]),
              },
              strangers: { directory: people, cloud: people },
            });
            const writer = new Writer(gateway, credentials, tally);
            try {
              gateway.play({ directory, cloud });
              await Promise.all([
                ...someLanes.map((lane) => writer.run(lane)),
                ...someOutages.map(async ({ service, atMs, forMs }) => {
                  await sleep(atMs);
                  await gateway[service].refuse(forMs);
                }),
              ]);
            } finally {
              await gateway.close();
            }
            tally.count("cases");
            tally.countFaults(gateway.directory, gateway.cloud);
            expect(writer.written.flatMap((one) => judge(one, gateway, credentials, tally))).toEqual([]);
          },
        ),
        count,
      );
      console.info(`no duplicate write: ${tally.toString()}`);
      tally.expectFaults();
      for (const kind of Object.keys(KINDS)) tally.expectOften(`told done: ${kind}`, 1 / 20);
      tally.expectOften("told done", 1);
      tally.expectOften("told not done", 1 / 10);
      tally.expectOften("told unknown", 1 / 4);
      tally.expectOften("told unknown, and done", 1 / 20);
      tally.expectOften("told unknown, and not done", 1 / 20);
      tally.expectOften("received again", 1 / 20);
      tally.expectOften("POST sent again, since nothing had been sent", 1 / 80);
    },
    LONG_MS,
  );
});

class Writer {
  readonly written: Written[] = [];
  readonly #gateway: ChaosGateway;
  readonly #credentials: Credentials;
  readonly #tally: Tally;
  #count = 0;

  constructor(gateway: ChaosGateway, credentials: Credentials, tally: Tally) {
    this.#gateway = gateway;
    this.#credentials = credentials;
    this.#tally = tally;
  }

  async run(plans: readonly Plan[]): Promise<void> {
    for (const { gapMs, kinds: some, hangUpMs } of plans) {
      await sleep(gapMs);
      await this.#send(some, hangUpMs);
    }
  }

  async #send(some: readonly string[], hangUpMs: number | null): Promise<void> {
    const subjects = some.map(() => subjectOf(this.#count++));
    const fields = await Promise.all(
      some.map(async (kind, at) => {
        const subject = subjects[at] ?? "";
        const key = kind.endsWith("key") ? await this.#freeKey(subject) : "";
        return `write${at}: ${kindOf(kind).write(subject, key)}`;
      }),
    );
    const query = `mutation { ${fields.join(" ")} }`;
    const headers = {
      authorization: this.#credentials.directory,
      "x-cloud-authorization": this.#credentials.cloud,
    };
    const answer = await this.#gateway.send({ operations: [{ query }], headers, hangUpMs });
    const [result] = answer?.results ?? [];
    for (const { method, attempts } of result?.extensions.upstream?.ledger ?? []) {
      if (method === "POST" && attempts > 1) this.#tally.count("POST sent again, since nothing had been sent");
    }
    for (const [at, kind] of some.entries()) {
      const told = result === undefined ? null : readTold(result, `write${at}`);
      this.written.push({ kind, subject: subjects[at] ?? "", told });
    }
  }

  /** The user's API key, which can be deleted once it is switched off. */
  async #freeKey(subject: string): Promise<string> {
    const { askWorld } = this.#gateway.directory;
    const { directory } = this.#credentials;
    const path = `/api/users/user/${subject}`;
    const answer = (await (await askWorld(directory, "GET", path)).json()) as {
      readonly econtext: {
        readonly result: { readonly user: { readonly apikeys: readonly { readonly id: string }[] } };
      };
    };
    const id = answer.econtext.result.user.apikeys[0]?.id ?? "";
    await askWorld(directory, "PUT", `${path}/apikey/${id}`, { status: "DISABLED" });
    return id;
  }
}

/** What an answer tells of one of its mutations: whether it was done. */
function readTold({ data, errors = [] }: Result, field: string): Written["told"] {
  const own = errors.filter(({ path = [field] }) => path[0] === field);
  if (own.some(({ extensions }) => extensions["outcome"] === "UNKNOWN")) return "unknown";
  const payload = data?.[field] as { readonly errors: readonly unknown[] } | null | undefined;
  if (payload == null || payload.errors.length > 0) return "not done";
  // What is read after a write fails on its own.
  const aboutTheWrite = own.filter(
    ({ path = [], message }) => path.length < 3 && !message.startsWith("The change was made"),
  );
  return aboutTheWrite.length > 0 ? "not done" : "done";
}

/** What is wrong with what became of one mutation. */
function judge(
  { kind, subject, told }: Written,
  gateway: ChaosGateway,
  credentials: Credentials,
  tally: Tally,
): readonly string[] {
  const { service, once } = kindOf(kind);
  const received = gateway[service].requests.filter(
    ({ method, target, body, authorization }) =>
      authorization === credentials[service] && method !== "GET" && (target + body).includes(subject),
  );
  const done = received.filter((request) => request.done).length;
  tally.count(`told ${told ?? "nothing"}`);
  if (told === "done") tally.count(`told done: ${kind}`);
  if (told === "unknown") tally.count(`told unknown, and ${done > 0 ? "done" : "not done"}`);
  if (received.length > 1) tally.count("received again");
  const trace = received.map(({ method, target, fault }) => `${method} ${target} [${fault}]`).join(", then ");
  const wrong = [
    ...(once && received.length > 1 ? ["was sent again"] : []),
    ...(told === "done" && done === 0 ? ["was told to be done"] : []),
    ...(told === "not done" && done > 0 ? ["was told not to be done, and was"] : []),
    ...received
      .filter(isPost)
      .slice(1)
      .map(() => "a POST came twice"),
  ];
  return wrong.map((what) => `${kind} of ${subject} ${what}: ${trace}`);
}

function isPost({ method }: ChaosRequest): boolean {
  return method === "POST";
}

function kindOf(name: string): Kind {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`There is no write ${name}.`);
  return kind;
}
