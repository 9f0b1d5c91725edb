import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cases, hold, Tally } from "../support/chaos-cases.ts";
import { startChaosGateway, type ChaosGateway, type Received, type Result } from "../support/chaos-gateway.ts";
import { LATE_SURPLUS, lateScripts, scripts, slowScripts, type ChaosRequest } from "../support/chaos-upstream.ts";
import { markedPeople, range, WORLD } from "../support/worlds.ts";

const LONG_MS = 300_000;
const editions = fc.constantFrom("E1", "E2");

/** One account of one service. Its mark is in all that the service shows to it. */
interface Account {
  readonly mark: string;
  readonly authorization: string;
}

const account = (name: string, scheme: (secret: string) => string): Account => ({
  mark: `mark-${name}`,
  authorization: scheme(`secret-${name}`),
});
const basic = (secret: string) => `Basic ${Buffer.from(`${secret}:${secret}`).toString("base64")}`;
const bearer = (secret: string) => `bearer ${secret}`;

const DIRECTORY = [account("d0", basic), account("d1", basic)] as const;
const CLOUD = [account("c0", bearer), account("c1", bearer)] as const;

type ServiceName = "directory" | "cloud";

/** The marks of surplus answers. */
const STRANGERS: Readonly<Record<ServiceName, string>> = { directory: "mark-dx", cloud: "mark-cx" };
const NOBODY: Readonly<Record<ServiceName, string>> = { directory: "", cloud: "" };

/** The third one has an account in common with each of the others. */
const CALLERS: readonly Readonly<Record<ServiceName, Account>>[] = [
  { directory: DIRECTORY[0], cloud: CLOUD[0] },
  { directory: DIRECTORY[1], cloud: CLOUD[1] },
  { directory: DIRECTORY[0], cloud: CLOUD[1] },
];

const USER =
  "{ id name username email customData groups(first: 5) { nodes { id name } } applications(first: 5) { nodes { id name } } }";
const GROUP = "{ id name description parent { id name } members(first: 5) { nodes { id name username } } }";
const APPLICATION = "{ id name description customData users(first: 5) { nodes { id username } } }";

const READS = {
  "directory user": (n: number) => `user(id: "User:directory:user-${n}") ${USER}`,
  "cloud user": (n: number) => `user(id: "User:cloud:user-${n}") ${USER}`,
  users: () => "users(first: 5) { nodes { id name username email } }",
  "directory group": (n: number) => `group(id: "Group:directory:group:group-${n % WORLD.groups}") ${GROUP}`,
  "cloud group": (n: number) => `group(id: "Group:cloud:space:space-${n}") ${GROUP}`,
  groups: () => "groups(first: 9) { nodes { id name } }",
  "directory application": (n: number) =>
    `application(id: "Application:directory:application-${n % WORLD.applications}") ${APPLICATION}`,
  "cloud application": (n: number) => `application(id: "Application:cloud:app-${n}") ${APPLICATION}`,
  nodes: (n: number) =>
    `nodes(ids: ["User:directory:user-${n}", "User:cloud:user-${n}", "Group:cloud:organization:organization-0"]) { id ... on User { name username } ... on Group { name } }`,
} as const satisfies Record<string, (n: number) => string>;

const WRITES = {
  rename: (n: number, text: string) =>
    `updateUser(input: { id: "User:directory:user-${n}", econtext: { name: "${text}" } }) { user { id name email } errors { message } }`,
  "new key": (n: number, text: string) =>
    `createApiKey(input: { user: "User:directory:user-${n}", name: "${text}" }) { apiKey { id name } errors { message } }`,
  "default space": (n: number) =>
    `updateUser(input: { id: "User:cloud:user-0", cloudFoundry: { defaultSpace: "space-${n}" } }) { user { id username cloudFoundry { defaultSpace { id name } } } errors { message } }`,
  "join space": (n: number) =>
    `addUserToGroup(input: { user: "User:cloud:user-${n}", group: "Group:cloud:space:space-0" }) { user { id username } group { id name } errors { message } }`,
} as const satisfies Record<string, (n: number, text: string) => string>;

type Operation =
  | { readonly reads: readonly (readonly [keyof typeof READS, number])[] }
  | { readonly write: keyof typeof WRITES; readonly n: number };

/** What one client sends, on its own or with others, one after the other. */
interface Plan {
  readonly gapMs: number;
  /** More than one: a batch. */
  readonly operations: readonly Operation[];
  /** The service for which it brings no credential. */
  readonly without: ServiceName | null;
  readonly hangUpMs: number | null;
}

const numbers = fc.nat(WORLD.users - 1);
const keysOf = <T extends object>(object: T) => Object.keys(object) as (keyof T)[];
const read: fc.Arbitrary<Operation> = fc.record({
  reads: fc.array(fc.tuple(fc.constantFrom(...keysOf(READS)), numbers), { minLength: 1, maxLength: 3 }),
});
const write: fc.Arbitrary<Operation> = fc.record({ write: fc.constantFrom(...keysOf(WRITES)), n: numbers });
const operations: fc.Arbitrary<Operation> = fc.oneof({ weight: 6, arbitrary: read }, { weight: 1, arbitrary: write });
const plans: fc.Arbitrary<Plan> = fc.record({
  gapMs: fc.nat(12),
  operations: fc.oneof(
    { weight: 4, arbitrary: fc.array(operations, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(operations, { minLength: 2, maxLength: 3 }) },
  ),
  without: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom<ServiceName>("directory", "cloud") },
  ),
  hangUpMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
  ),
});
const lanes = fc.array(
  fc.record({
    caller: fc.oneof({ weight: 5, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.constant(2) }),
    plans: fc.array(plans, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 2, maxLength: 7, size: "max" },
);

/**
 * How many connections there are for all callers, and what becomes of the requests on them. A late surplus is borne where
 * a connection never changes hands.
 */
const storms = fc
  .tuple(fc.constantFrom(32, 2, 1), fc.constantFrom("shared", "not shared", "not shared, and late surplus"))
  .chain(([connections, kind]) => {
    const isLate = kind.endsWith("surplus");
    const script = isLate ? lateScripts : scripts;
    return fc.record({
      lines: fc.constant({ connections, shareConnections: kind === "shared" }),
      isLate: fc.constant(isLate),
      directory: script,
      cloud: script,
    });
  });

const CALM_QUERY = `{ ${keysOf(READS)
  .map((name, at) => `calm${at}: ${READS[name](0)}`)
  .join(" ")} }`;

/** Codes that a client may meet because of faults, of its missing credential, or of what others did. */
const FAULT_CODES = new Set([
  "UNAUTHENTICATED",
  "RATE_LIMITED",
  "UPSTREAM_TIMEOUT",
  "UPSTREAM_UNAVAILABLE",
  "UPSTREAM_ERROR",
  "UPSTREAM_INVALID_RESPONSE",
]);

describe("Two callers, whatever comes between", () => {
  it(
    "never see what was fetched with the other's credentials, nor does a service see another's credentials",
    async () => {
      const tally = new Tally();
      const count = cases(90);
      await hold(
        fc.asyncProperty(editions, lanes, storms, async (edition, someLanes, { lines, isLate, directory, cloud }) => {
          const worlds = {
            directory: new Map(DIRECTORY.map(({ mark, authorization }) => [authorization, markedPeople(mark)])),
            cloud: new Map(CLOUD.map(({ mark, authorization }) => [authorization, markedPeople(mark)])),
          };
          const strangers = {
            directory: markedPeople(STRANGERS.directory),
            cloud: markedPeople(STRANGERS.cloud),
          };
          const gateway = await startChaosGateway({ edition, worlds, strangers, lines });
          const wrong: string[] = [];
          try {
            gateway.play({ directory, cloud });
            const watch = new Watch(gateway, isLate ? STRANGERS : NOBODY, tally, wrong);
            await Promise.all(someLanes.map((lane) => runLane(watch, lane)));
            const calm = [...gateway.directory.requests, ...gateway.cloud.requests].every(
              ({ fault }) => fault === "none",
            );
            if (calm) watch.expectCalm();
            gateway.play({ directory: [], cloud: [] });
            // What went wrong before must not show in what comes now.
            for (const caller of CALLERS.keys()) await watch.ask(caller, [{ query: CALM_QUERY }]);
            wrong.push(...strayCredentials(gateway));
            tally.count("cases");
            if (watch.shared > 0) tally.count("cases with shared flights");
            tally.countFaults(gateway.directory, gateway.cloud);
          } finally {
            await gateway.close();
          }
          expect(wrong).toEqual([]);
        }),
        count,
      );
      console.info(`callers apart: ${tally.toString()}`);
      tally.expectFaults();
      tally.expectOften(`[${LATE_SURPLUS}]`, 1 / 2);
      tally.expectOften("cases with shared flights", 1 / 4);
      tally.expectOften("retried calls", 1 / 4);
      tally.expectOften("marked data", 20);
      tally.expectOften("hung up", 1 / 10);
    },
    LONG_MS,
  );

  it(
    "are shown every write that was answered before they asked, whoever's it was",
    async () => {
      const tally = new Tally();
      const count = cases(100);
      await hold(
        fc.asyncProperty(
          editions,
          wishLanes,
          slowScripts,
          slowScripts,
          async (edition, someLanes, directory, cloud) => {
            const common = { directory: markedPeople("mark-common"), cloud: worldOfSpaces() };
            const worlds = {
              directory: new Map(DIRECTORY.map(({ authorization }) => [authorization, common.directory])),
              cloud: new Map(CLOUD.map(({ authorization }) => [authorization, common.cloud])),
            };
            const gateway = await startChaosGateway({ edition, worlds, strangers: common });
            const events: RegisterEvent[] = [];
            try {
              gateway.play({ directory, cloud });
              const wishes = new Wishes(gateway, events, tally);
              await Promise.all(
                someLanes.map(async ({ caller, wishes: some }) => {
                  for (const wish of some) {
                    await sleep(wish.gapMs);
                    await wishes.fulfil(caller, wish);
                  }
                }),
              );
              tally.count("cases");
              tally.countFaults(gateway.directory, gateway.cloud);
            } finally {
              await gateway.close();
            }
            expect(staleReads(events)).toEqual([]);
          },
        ),
        count,
      );
      console.info(`shared reads and writes: ${tally.toString()}`);
      tally.expectFaults();
      tally.expectOften("shared flights", 1 / 2);
      tally.expectOften("answered writes", 1);
      tally.expectOften("answered reads", 5);
    },
    LONG_MS,
  );
});

/** A value of which it is clear when it may have been there: the name of one user, the default space of another. */
type Register = "directory" | "cloud";

interface Wish {
  readonly gapMs: number;
  readonly register: Register;
  /** A read in one of several forms, some of which are the same call to the service. */
  readonly as: "write" | "user" | "node" | "users";
}

const wishLanes = fc.array(
  fc.record({
    caller: fc.constantFrom(0, 0, 1),
    wishes: fc.array(
      fc.record<Wish>({
        gapMs: fc.nat(4),
        register: fc.constantFrom<Register>("directory", "directory", "directory", "cloud"),
        as: fc.constantFrom("user", "user", "user", "user", "node", "users", "write", "write"),
      }),
      { minLength: 1, maxLength: 7, size: "max" },
    ),
  }),
  { minLength: 2, maxLength: 8, size: "max" },
);

/** As many spaces as there may be writes: each write names its own. */
function worldOfSpaces() {
  const people = markedPeople("mark-common");
  const spaces = range(64).map((n) => ({ id: `space-${n}`, name: `space ${n}`, organization: "organization-0" }));
  return { ...people, spaces };
}

/** One access to a register: when it began and ended, in the order of all beginnings and endings. */
interface RegisterEvent {
  readonly register: Register;
  readonly kind: "read" | "write";
  readonly value: string;
  readonly from: number;
  /** Infinity: nobody knows whether and when it was done. */
  readonly to: number;
}

const SUBJECTS = {
  directory: {
    id: "User:directory:user-0",
    shows: "id name",
    initially: "user 0 of mark-common",
    value: (write: number) => `name ${write}`,
    change: (value: string) => `econtext: { name: "${value}" }`,
    read: (user: Shown) => user.name,
  },
  cloud: {
    id: "User:cloud:user-0",
    shows: "id cloudFoundry { defaultSpace { id } }",
    initially: "Group:cloud:space:space-0",
    value: (write: number) => `Group:cloud:space:space-${write}`,
    change: (value: string) => `cloudFoundry: { defaultSpace: "${value}" }`,
    read: (user: Shown) => user.cloudFoundry?.defaultSpace?.id,
  },
} as const;

interface Shown {
  readonly id: string;
  readonly name?: string | null;
  readonly cloudFoundry?: { readonly defaultSpace?: { readonly id: string } | null } | null;
}

/** Reads and writes the registers, and writes down what was told when. */
class Wishes {
  readonly #gateway: ChaosGateway;
  readonly #events: RegisterEvent[];
  readonly #tally: Tally;
  #clock = 0;
  #writes = 0;

  constructor(gateway: ChaosGateway, events: RegisterEvent[], tally: Tally) {
    this.#gateway = gateway;
    this.#events = events;
    this.#tally = tally;
  }

  async fulfil(caller: number, { register, as }: Wish): Promise<void> {
    const { id, shows, value: valueOf, change, read: readOf } = SUBJECTS[register];
    // The first value is there from the beginning.
    const value = valueOf(++this.#writes);
    const query = {
      write: `mutation { updateUser(input: { id: "${id}", ${change(value)} }) { errors { message } } }`,
      user: `{ user(id: "${id}") { ${shows} } }`,
      node: `{ node(id: "${id}") { ... on User { ${shows} } } }`,
      users: `{ users(first: 9, service: "${register}") { nodes { ${shows} } } }`,
    }[as];
    const from = this.#clock++;
    const answer = await this.#gateway.send({ operations: [{ query }], headers: headersOf(caller) });
    const ended = this.#clock++;
    const [result] = answer?.results ?? [];
    const shared = result?.extensions.upstream?.ledger.filter((entry) => entry.shared === true) ?? [];
    this.#tally.count("shared flights", shared.length);
    if (as === "write") {
      const isDone = result?.data?.["updateUser"] !== undefined;
      if (isDone) this.#tally.count("answered writes");
      this.#events.push({ register, kind: "write", value, from, to: isDone ? ended : Infinity });
      return;
    }
    const { user, node, users } = (result?.data ?? {}) as Record<string, Shown & { readonly nodes?: readonly Shown[] }>;
    const found = user ?? node ?? users?.nodes?.find((one) => one.id === id);
    const shown = found && readOf(found);
    if (typeof shown !== "string") return;
    this.#tally.count("answered reads");
    this.#events.push({ register, kind: "read", value: shown, from, to: ended });
  }
}

/** Reads that were told what had been overwritten before they began. */
function staleReads(events: readonly RegisterEvent[]): readonly string[] {
  const writes = events.filter(({ kind }) => kind === "write");
  return events
    .filter(({ kind }) => kind === "read")
    .flatMap((one) => {
      const first = { register: one.register, value: SUBJECTS[one.register].initially, from: -1, to: -1 };
      const source = [first, ...writes].find(({ register, value }) => register === one.register && value === one.value);
      if (source === undefined) return [`${one.value} was read and never written`];
      const over = writes.find(
        (other) => other.register === one.register && other.from > source.to && other.to < one.from,
      );
      return over === undefined
        ? []
        : [`${one.value} was read from ${one.from} on; ${over.value} was there at ${over.to}`];
    });
}

function callerNumber(n: number): Readonly<Record<ServiceName, Account>> {
  const caller = CALLERS[n];
  if (caller === undefined) throw new Error(`There is no caller ${n}.`);
  return caller;
}

function headersOf(caller: number): Record<string, string> {
  const { directory, cloud } = callerNumber(caller);
  return { authorization: directory.authorization, "x-cloud-authorization": cloud.authorization };
}

/** Asks as one of the callers, and holds every answer against who asked. */
class Watch {
  shared = 0;
  readonly #gateway: ChaosGateway;
  readonly #tally: Tally;
  readonly #wrong: string[];
  readonly #surplus: Readonly<Record<ServiceName, string>>;
  readonly #codes = new Set<string>();
  #slow = false;
  #serial = 0;

  /** @param surplus what may show up in everybody's answers, since it may come on anybody's own connection; empty: nothing */
  constructor(gateway: ChaosGateway, surplus: Readonly<Record<ServiceName, string>>, tally: Tally, wrong: string[]) {
    this.#gateway = gateway;
    this.#surplus = surplus;
    this.#tally = tally;
    this.#wrong = wrong;
  }

  nextSerial(): number {
    return this.#serial++;
  }

  async ask(
    caller: number,
    asked: readonly { readonly query: string }[],
    { without = null, hangUpMs = null }: Partial<Plan> = {},
  ): Promise<void> {
    const accounts = callerNumber(caller);
    const id = `caller-${caller}.${this.nextSerial()}`;
    const headers = {
      ...(without !== "directory" && { authorization: accounts.directory.authorization }),
      ...(without !== "cloud" && { "x-cloud-authorization": accounts.cloud.authorization }),
      cookie: "session=secret-cookie",
      "x-request-id": id,
    };
    const received = await this.#gateway.send({ operations: asked, headers, hangUpMs });
    this.#tally.count("client requests");
    if (received === null) {
      this.#tally.count("hung up");
      return;
    }
    const own = new Map(
      (["directory", "cloud"] as const).filter((name) => name !== without).map((name) => [name, accounts[name].mark]),
    );
    const found = [...this.#foreign(received, own), ...this.#misplaced(received, id)];
    for (const result of received.results) found.push(...this.#unmarked(result, own));
    this.#wrong.push(...[...new Set(found)].map((what) => `${id}: ${what}`));
  }

  /** Where no fault hit anybody, nobody's hanging up and nobody's missing credential may be felt by another. */
  expectCalm(): void {
    this.#tally.count("calm cases");
    // The machine may be slow, and then the circuit may open.
    if (this.#slow || this.#codes.has("UPSTREAM_TIMEOUT")) return;
    const felt = [...this.#codes].filter((code) => code !== "UNAUTHENTICATED");
    if (felt.length > 0) this.#wrong.push(`without any fault: ${felt.join(", ")}`);
  }

  #foreign({ text }: Received, own: ReadonlyMap<ServiceName, string>): readonly string[] {
    const marks = new Set(text.match(/mark-\w+/g));
    const secrets = text.match(/secret-\w+/g) ?? [];
    for (const [service, mark] of own) {
      marks.delete(mark);
      if (marks.delete(this.#surplus[service])) this.#tally.count("surplus on a connection of one's own");
    }
    return [...marks, ...secrets].map((one) => `${one} was shown`);
  }

  #misplaced({ status, headers, results }: Received, id: string): readonly string[] {
    const codes = results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => String(extensions["code"])));
    for (const code of codes) this.#codes.add(code);
    return [
      ...(status === 200 ? [] : [`status ${status}`]),
      ...(headers["x-request-id"] === id ? [] : [`x-request-id ${String(headers["x-request-id"])}`]),
      ...codes.filter((code) => !FAULT_CODES.has(code)),
    ];
  }

  /** Every text of a service has the mark of the caller's own account there. */
  #unmarked({ data, extensions }: Result, own: ReadonlyMap<ServiceName, string>): readonly string[] {
    for (const { shared, attempts } of extensions.upstream?.ledger ?? []) {
      if (shared === true) this.#tally.count("shared flights");
      if (shared === true) this.shared++;
      if (attempts > 1) this.#tally.count("retried calls");
      if (attempts > 1) this.#slow = true;
    }
    const wrong: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const fields = Object.entries(value);
      const [, service] = /^\w+:(directory|cloud):/.exec(String((value as { id?: unknown }).id)) ?? [];
      for (const [name, content] of fields) {
        if (service !== undefined && TEXTS.has(name) && content !== null) {
          const mark = own.get(service as ServiceName);
          const surplus = this.#surplus[service as ServiceName];
          const text = JSON.stringify(content);
          this.#tally.count("marked data");
          if (mark === undefined || !(text.includes(mark) || (surplus !== "" && text.includes(surplus))))
            wrong.push(`${name} of ${service} is not its own`);
        } else walk(content);
      }
    };
    walk(data);
    return wrong;
  }
}

const TEXTS = new Set(["name", "username", "email", "description", "customData"]);

async function runLane(
  watch: Watch,
  lane: { readonly caller: number; readonly plans: readonly Plan[] },
): Promise<void> {
  for (const plan of lane.plans) {
    await sleep(plan.gapMs);
    const { mark } = callerNumber(lane.caller).directory;
    const asked = plan.operations.map((operation) => ({ query: word(operation, `${mark} ${watch.nextSerial()}`) }));
    await watch.ask(lane.caller, asked, plan);
  }
}

function word(operation: Operation, text: string): string {
  if ("write" in operation) return `mutation { ${WRITES[operation.write](operation.n, text)} }`;
  return `{ ${operation.reads.map(([name, n], at) => `read${at}: ${READS[name](n)}`).join(" ")} }`;
}

/** Where a request went to a service that is not for it, or in the name of somebody else. */
function strayCredentials({ directory, cloud }: ChaosGateway): readonly string[] {
  const look =
    (service: ServiceName, accounts: readonly Account[], others: readonly Account[]) => (one: ChaosRequest) => {
      const line = `${service} ${one.method} ${one.target}`;
      const all = `${one.head}\n${one.target}\n${one.body}`;
      const [, caller] = /^caller-(\d)\.\d+$/.exec(one.requestId ?? "") ?? [];
      const sender = caller === undefined ? undefined : CALLERS[Number(caller)]?.[service];
      return [
        ...(accounts.some(({ authorization }) => authorization === one.authorization) ? [] : [`${line}: whose is it?`]),
        ...(others.some(({ authorization }) => all.includes(authorization))
          ? [`${line}: the other service's credential`]
          : []),
        ...(/secret-cookie|x-cloud-authorization/i.test(all) ? [`${line}: what was not meant for any service`] : []),
        ...(sender?.authorization === one.authorization ? [] : [`${line}: asked for ${one.requestId ?? "nobody"}`]),
      ];
    };
  return [
    ...directory.requests.flatMap(look("directory", DIRECTORY, CLOUD)),
    ...cloud.requests.flatMap(look("cloud", CLOUD, DIRECTORY)),
  ];
}
