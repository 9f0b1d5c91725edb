/** What a caller can mend, in the words of the graph's `InputErrorCode`. */
export type ProblemCode = "INVALID" | "TAKEN" | "NOT_FOUND" | "CONFLICT" | "UNSUPPORTED";

/** One thing that is wrong with what was asked. */
export interface Problem {
  readonly code: ProblemCode;
  /** A sentence of ours that a client may read: never a word of the upstream's, never a secret. */
  readonly message: string;
  /** From the outermost argument inwards, a list's element by its index. A dialect gives it relative to the draft. */
  readonly path: readonly string[];
}

/**
 * The request was refused and nothing was changed by it: the caller can mend it.
 * A mutation answers it as data (`InputError`), a query as `BAD_USER_INPUT` or `UNSUPPORTED`.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(...problems: readonly [Problem, ...Problem[]]) {
    super(problems.map((problem) => problem.message).join(" "));
    this.problems = problems;
  }

  /** The same refusal, its paths seen from further outside. */
  under(...outer: readonly string[]): Refusal {
    const [first, ...rest] = this.problems;
    const move = (problem: Problem): Problem => ({ ...problem, path: [...outer, ...problem.path] });
    return new Refusal(move(first), ...rest.map(move));
  }
}

/** A short way to say that one thing is wrong. */
export function refuse(code: ProblemCode, path: readonly string[], message: string): Refusal {
  return new Refusal({ code, path, message });
}

/** @throws Refusal where there is a problem; `outer` goes before their paths */
export function refuseAll([first, ...rest]: readonly Problem[], ...outer: readonly string[]): void {
  if (first !== undefined) throw new Refusal(first, ...rest).under(...outer);
}

/** Why a service gave no usable answer, and whether the same request may succeed later. */
export const FAILURES = {
  UNAUTHENTICATED: { retryable: false },
  FORBIDDEN: { retryable: false },
  RATE_LIMITED: { retryable: true },
  UPSTREAM_TIMEOUT: { retryable: true },
  UPSTREAM_UNAVAILABLE: { retryable: true },
  UPSTREAM_ERROR: { retryable: false },
  UPSTREAM_INVALID_RESPONSE: { retryable: false },
  CALL_BUDGET_EXCEEDED: { retryable: false },
  LIMIT_EXCEEDED: { retryable: false },
} as const;

export type FailureCode = keyof typeof FAILURES;

export interface FailureDetails {
  /** The service's name. */
  readonly service: string;
  /** For the log alone, in our own words: `GET /v2/users: resources[3].metadata.guid: expected text, found number`. */
  readonly detail?: string | undefined;
  /** Seconds, where the upstream said so. */
  readonly retryAfter?: number | undefined;
  /** The upstream's id of the request, where it gives one. */
  readonly requestId?: string | undefined;
  /** A write was sent and its answer was lost: whether it happened is not known. */
  readonly outcomeUnknown?: boolean | undefined;
  /** The HTTP status of the upstream's answer; left out where none came, or it was none that we understand. */
  readonly status?: number | undefined;
  /** Overrules the table above, as for a 500 that a retry cannot mend. */
  readonly retryable?: boolean | undefined;
}

/** A service gave no usable answer. The message is ours and may be read by clients; `detail` is for the log. */
export class ServiceFailure extends Error {
  override readonly name = "ServiceFailure";
  readonly code: FailureCode;
  readonly service: string;
  readonly detail: string | undefined;
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;
  readonly outcomeUnknown: boolean;

  constructor(code: FailureCode, message: string, details: FailureDetails) {
    super(message);
    this.code = code;
    this.service = details.service;
    this.detail = details.detail;
    this.status = details.status;
    this.retryable = details.retryable ?? FAILURES[code].retryable;
    this.retryAfter = details.retryAfter;
    this.requestId = details.requestId;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }
}

export type DirectoryError = Refusal | ServiceFailure;

/** What one key of a batch gets: its value, or the error of that key alone. */
export type Answer<T> = T | DirectoryError;

export function isDirectoryError(value: unknown): value is DirectoryError {
  return value instanceof Refusal || value instanceof ServiceFailure;
}
