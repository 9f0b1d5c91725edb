import type { Service } from "./service.ts";

/** What one probe of a service found. Every text in it is ours: none of the service's words, no secret. */
export interface Health {
  /** Whether the service itself answered, and not something that stands before it, or nobody. */
  readonly answers: boolean;
  /** `forwarded`: the configuration holds none, each caller brings their own. `unknown`: the service did not tell. */
  readonly credentials: "accepted" | "refused" | "forwarded" | "unknown";
  /** The edition or version, as people know it; null where it could not be told. */
  readonly edition: string | null;
  /** Why the service cannot be used as it is, a sentence each. Empty: all is well. */
  readonly problems: readonly string[];
  /** Where the problems showed, such as `GET /ping: ECONNREFUSED`: for the operator alone. */
  readonly details: readonly string[];
  /** What follows from the edition and the credentials, a sentence each. */
  readonly notes: readonly string[];
}

export interface ServiceHealth {
  readonly service: Service;
  readonly health: Health;
}

export function isWell({ answers, problems }: Health): boolean {
  return answers && problems.length === 0;
}

/** The same with one problem more. A ServiceFailure is one, too. */
export function withProblem(health: Health, { message, detail }: HealthProblem): Health {
  return {
    ...health,
    problems: [...health.problems, message],
    details: detail === undefined ? health.details : [...health.details, detail],
  };
}

interface HealthProblem {
  readonly message: string;
  readonly detail?: string | undefined;
}
