import type { Directory } from "../domain/directory.ts";
import type { ServicePlan } from "../domain/plan/plan.ts";
import type { Family } from "../domain/facets/family.ts";
import type { Health } from "../domain/health.ts";
import type { Service } from "../domain/service.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../http/send.ts";
import type { People } from "../sandbox/people.ts";

/**
 * How a kind of service is spoken to, from both sides of the wire.
 *
 * How it fails: a `Refusal` (`refuse`) where the caller can mend it, and for everything else a `ServiceFailure`. An answer
 * that the dialect has no better word for is `failureOf(status, response, service, { request, write })`, `write` being
 * whether the call may have changed something; one of another shape is `invalidResponse(…)`, with `kindOf` for what was
 * found there. Only the service's own words say that something is not there: a 404 may be a proxy's.
 */
export interface Dialect {
  /** As the configuration spells it; in capitals, with `_` for `-`, it is the value of the graph's `Dialect`. */
  readonly name: string;
  /** Whose facet its services show. */
  readonly family: Family;
  /**
   * Once for each configured service in the life of the process. What the attachment keeps between callers must be true
   * for every one of them: the server's edition, nothing that was read with anyone's credentials.
   */
  attach(service: Service): Attachment;
  /**
   * Whether an answer of 500 or more tells of what this one caller asked, and not of a service that is ill; left out: it
   * never does. Where it cannot be told, it may: others must not be shut out for it. 502, 503 and 504 are not asked about.
   */
  readonly blamesCaller?: (request: UpstreamRequest, response: UpstreamResponse) => boolean;
  /** How HTTP Basic credentials of the configuration are written for this service: as they are, where left out. */
  readonly encodeBasic?: (part: string) => string;
  /** The other side of the wire: a service of this dialect over data in memory, for demonstrations and tests. */
  readonly sandbox: SandboxService;
}

/** One configured service, ready to be opened for callers. */
export interface Attachment {
  /**
   * For one operation of one caller.
   * @param send already signed for that caller, bounded, counted and repeated where it may be: a dialect never meets a
   * credential. Identical GETs of the operation are sent once, and any write forgets their answers (`readOnce`), so a
   * dialect needs no memory of its own to avoid them.
   */
  open(send: Send): Directory;
  /**
   * For the plan of one operation: a directory that sends nothing. What it would read, it adds to the plan as the calls
   * that `open`'s would make, whatever the answers are, by the same decisions and the same requests, and answers with what
   * stands for the answers (`domain/plan`). What it would write, it reviews alike, and adds. All that is thrown is a
   * `Refusal` that would be thrown before anything is asked. What the attachment knows (the edition) narrows the bounds;
   * nothing here learns, and nothing asks a probe.
   */
  plan(plan: ServicePlan): Directory;
  /**
   * Asks the service how it is; a failure is an answer, too (`withProblem`). Its requests are marked `probe: true`, and
   * nothing of them is in any ledger or budget. Who answers has to be clear before `signed` is used: another server at
   * the URL gets no credentials, and is not what `answers` means.
   * @param bare without credentials
   * @param signed with those of the configuration; null where callers bring their own
   */
  probe(bare: Send, signed: Send | null): Promise<Health>;
}

export interface SandboxService {
  /** The name that the embedded sandbox gives this service: `directory`. */
  readonly name: string;
  /** The path below the origin at which it serves: `/api`, or empty. */
  readonly path: string;
  /** Below `path`, something worth looking at first: `/users`. Shown by `usergraph sandbox` in a line of curl. */
  readonly example: string;
  /** With what one may call it. */
  readonly credentials:
    { readonly basic: { readonly username: string; readonly password: string } } | { readonly bearer: string };
  /** The editions it can play, the default first. */
  readonly editions: readonly string[];
  serve(people: People, options: SandboxOptions): (request: Request) => Promise<Response>;
}

export interface SandboxOptions {
  /** One of `editions`; the default where left out. */
  readonly edition?: string;
}
