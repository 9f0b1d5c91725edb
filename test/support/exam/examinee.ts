import { afterAll, beforeAll, expect } from "vitest";
import { DEFAULT_SERVICE } from "../../../src/config/settings.ts";
import type { Attachment, Dialect } from "../../../src/dialects/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { PlanDraft, ServicePlan, type Plan } from "../../../src/domain/plan/plan.ts";
import type { Health } from "../../../src/domain/health.ts";
import type { Service } from "../../../src/domain/service.ts";
import { authorize } from "../../../src/http/authorize.ts";
import { credentialReader } from "../../../src/http/credential.ts";
import { deadline } from "../../../src/http/deadline.ts";
import { Caller, principalOf } from "../../../src/domain/principal.ts";
import { readOnce } from "../../../src/http/once.ts";
import { retry } from "../../../src/http/retry.ts";
import { pipeline, type Send, type Step, type UpstreamRequest } from "../../../src/http/send.ts";
import { openTransport } from "../../../src/http/transport.ts";
import { PEOPLE, person, type People } from "../../../src/sandbox/people.ts";
import { ASK_USER, BY, WHOLE } from "./asking.ts";
import { hear } from "./words.ts";
import { startUpstream, type SeenRequest } from "../upstream.ts";

/** One dialect in one edition: its sandbox behind a socket, and all of our side before it. */
export interface Examinee {
  readonly dialect: Dialect;
  readonly edition: string;
  readonly service: Service;
  /** Of whom its sandbox tells. */
  readonly people: People;
  /** A fresh directory, as the next operation would have. */
  open(credentials?: Dialect["sandbox"]["credentials"]): Directory;
  /** What a read or write would ask by its plan, and what it then asks of the same process: each in a fresh directory. */
  rehearse(run: (directory: Directory) => Promise<unknown>): Promise<Rehearsal>;
  /** @param credentials null: as where callers bring their own */
  probe(credentials?: Dialect["sandbox"]["credentials"] | null): Promise<Health>;
  /** What the service is asked while this runs. */
  asked(run: () => Promise<unknown>): Promise<readonly SeenRequest[]>;
  /** The statuses of all that the service answers while this runs. */
  statuses(run: () => Promise<unknown>): Promise<readonly number[]>;
  /** While this runs, the service fails (500) at reading whatever has this id. */
  failingAt<T>(id: string, run: () => Promise<T>): Promise<T>;
  /** While this runs, every write happens and its answer is lost: a proxy in between says 502. */
  losingAnswers<T>(run: () => Promise<T>): Promise<T>;
  /** While this runs, somebody else answers in the place of the service: all that is asked, or writes alone. */
  replacing<T>(what: "everything" | "writes", answer: () => Response, run: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One read or write, planned and done. */
export interface Rehearsal {
  readonly plan: Plan;
  /** What its plan gave, and what it gave itself; an error that was thrown, too. */
  readonly planned: unknown;
  readonly outcome: unknown;
  /** The calls that it made, without probes. */
  readonly calls: readonly UpstreamRequest[];
  /** How often the service was asked while it was planned, and while it was done; probes as well. */
  readonly askedForPlan: number;
  readonly askedInAll: number;
  readonly probes: number;
}

/**
 * The sandbox's company, an application that nobody may use any more, two whom only a literal search tells apart, and
 * organizations in which nobody has more than one role, so that none of these can stand for another.
 */
export const EXAM_PEOPLE: People = {
  ...PEOPLE,
  applications: [
    ...PEOPLE.applications,
    { id: "retired", name: "Retired", description: "Not used any more", customData: null, enabled: false },
  ],
  organizations: [
    ...PEOPLE.organizations,
    ...["audited", "billed", "managed"].map((id) => ({ id, name: `kestrel-${id}` })),
  ],
  users: [
    ...PEOPLE.users,
    person("dot-1", 'Dot a.c (née O\'Hara) [x]+* ^$ 50% & "so\\on"', {
      email: "dot.one@example.com",
      roles: [
        { organization: "audited", role: "AUDITOR" },
        { organization: "managed", role: "MANAGER" },
      ],
    }),
    person("dot-2", "Dot abc née OHara x", {
      email: "dot.two@example.com",
      roles: [{ organization: "billed", role: "BILLING_MANAGER" }],
    }),
  ],
};

export interface SittingOptions {
  /** Further attempts after the first. */
  readonly retries?: number;
  /** Each directory belongs to a process that has asked the service nothing before. */
  readonly cold?: boolean;
}

export async function startExaminee(
  dialect: Dialect,
  edition: string,
  { retries = DEFAULT_SERVICE.retries, cold = false }: SittingOptions = {},
): Promise<Examinee> {
  const { name, path, credentials, serve } = dialect.sandbox;
  const handle = serve(EXAM_PEOPLE, { edition });
  const statuses: number[] = [];
  let current = async (request: Request) => handle(request);
  const upstream = await startUpstream(async (request) => {
    const response = await current(request);
    statuses.push(response.status);
    if (!response.ok) await hear(response);
    return response;
  });
  const instead = async <T>(other: typeof current, run: () => Promise<T>): Promise<T> => {
    const usual = current;
    current = other;
    try {
      return await run();
    } finally {
      current = usual;
    }
  };
  const service: Service = { name, dialect: dialect.name, url: upstream.origin + path };
  const transport = openTransport(service, DEFAULT_SERVICE);
  // A new budget of retries each time: the exam loses more answers than any service may be burdened with.
  const bare = () => pipeline(transport.send, deadline(DEFAULT_SERVICE.deadlineMs), retry({ retries }, service));
  const sign = (those: typeof credentials) =>
    authorize(
      new Caller(
        name,
        credentialReader(those, dialect.encodeBasic)(() => null),
      ),
      service,
      "the exam has to give them",
    );
  const warm = dialect.attach(service);
  const attachment = () => (cold ? dialect.attach(service) : warm);
  const openOf = (attached: Attachment, those: typeof credentials, ...steps: readonly Step[]) =>
    attached.open(pipeline(bare(), examineCalls(), readOnce(principalOf("exam", null)), ...steps, sign(those)));
  return {
    dialect,
    edition,
    service,
    people: EXAM_PEOPLE,
    open: (those = credentials) => openOf(attachment(), those),
    async rehearse(run) {
      const attached = attachment();
      const { requests } = upstream;
      const before = requests.length;
      const draft = new PlanDraft();
      const planned = await outcomeOf(() => run(attached.plan(new ServicePlan(service, draft, 0))));
      const between = requests.length;
      const sent: UpstreamRequest[] = [];
      const write: Step = (next) => (request) => {
        sent.push(request);
        return next(request);
      };
      const outcome = await outcomeOf(() => run(openOf(attached, credentials, write)));
      const calls = sent.filter(({ probe }) => probe !== true);
      return {
        plan: draft.plan,
        planned,
        outcome,
        calls,
        askedForPlan: between - before,
        askedInAll: requests.length - between,
        probes: sent.length - calls.length,
      };
    },
    async probe(those = credentials) {
      const requests: UpstreamRequest[] = [];
      const send = bare();
      const counted: Send = (request) => {
        requests.push(request);
        return send(request);
      };
      const health = await attachment().probe(counted, those && pipeline(counted, sign(those)));
      expect(requests.filter(({ probe }) => probe !== true)).toEqual([]);
      return health;
    },
    async asked(run) {
      const before = upstream.requests.length;
      await run();
      return upstream.requests.slice(before);
    },
    async statuses(run) {
      const before = statuses.length;
      await run();
      return statuses.slice(before);
    },
    failingAt: (id, run) =>
      instead(
        async (request) =>
          isRead(request) && isAt(request, id) ? Response.json({}, { status: 500 }) : handle(request),
        run,
      ),
    losingAnswers: (run) =>
      instead(async (request) => {
        const response = await handle(request);
        return isRead(request) ? response : new Response(BAD_GATEWAY, { status: 502, headers: HTML });
      }, run),
    replacing: (what, answer, run) =>
      instead(async (request) => (what === "writes" && isRead(request) ? handle(request) : answer()), run),
    async close() {
      await transport.destroy();
      await upstream.close();
    },
  };
}

/**
 * Whether an edition serves at all, by its first read. The default edition of a sandbox does; of another, the exam then
 * wants each read and write to fail, so that a fault of ours is not taken for the service's.
 */
export async function serves(dialect: Dialect, edition: string): Promise<boolean> {
  if (edition === dialect.sandbox.editions[0]) return true;
  const examinee = await startExaminee(dialect, edition);
  try {
    await examinee.open().users.list(WHOLE, null, ASK_USER);
    return true;
  } catch {
    return false;
  } finally {
    await examinee.close();
  }
}

const HTML = { "content-type": "text/html" };
const BAD_GATEWAY = "<html><h1>502 Bad Gateway</h1></html>";

/** Each call names who asked, and answers a look-up at least: the ledger shows both. */
function examineCalls(): Step {
  return (next) => (request) => {
    if (request.probe !== true) {
      expect(request.for, `${request.method} ${request.route}`).toEqual(BY);
      expect(request.keys, `${request.method} ${request.route}`).toBeGreaterThanOrEqual(1);
    }
    return next(request);
  };
}

/** What comes of it, be it thrown. */
function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  return run().catch((error: unknown) => error);
}

function isRead(request: Request): boolean {
  return request.method === "GET";
}

function isAt(request: Request, id: string): boolean {
  return new URL(request.url).pathname.split("/").at(-1) === encodeURIComponent(id);
}

/** An examinee for the tests of one block, with data of its own. */
export function sit(dialect: Dialect, edition: string, options?: SittingOptions): () => Examinee {
  let examinee: Examinee | undefined;
  beforeAll(async () => {
    examinee = await startExaminee(dialect, edition, options);
  });
  afterAll(() => examinee?.close());
  return () => {
    if (examinee === undefined) throw new Error("The exam has not begun.");
    return examinee;
  };
}

/** A directory that is never asked: for what the dialect says of itself. */
export function readFlags(dialect: Dialect): Directory {
  const service: Service = { name: "nobody", dialect: dialect.name, url: "http://127.0.0.1:9" };
  return dialect.attach(service).open(() => Promise.reject(new Error("What a dialect can do needs no call.")));
}
