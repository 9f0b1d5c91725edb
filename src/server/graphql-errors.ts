import { GraphQLError, type GraphQLErrorOptions } from "graphql";
import { Refusal, ServiceFailure } from "../domain/errors.ts";

/** Told of what clients are not told. */
export interface ErrorLog {
  /** A fault of ours: whatever is known of it. */
  fault(error: unknown): void;
  /** A service failed: our own words, without a secret. */
  failure(failure: ServiceFailure): void;
}

/**
 * What a client may know of an error: our own sentence and a code. Anything that is not known to be fit to be read is a
 * fault of ours, masked and logged.
 */
export function maskErrors(log: ErrorLog): (error: unknown) => GraphQLError {
  // One failed call may leave thousands of fields without a value: it is one event all the same.
  const logged = new WeakSet<ServiceFailure>();
  return (error) => {
    const located = error instanceof GraphQLError ? error : undefined;
    if (located !== undefined && located.path === undefined && isOurs(located)) return tellRequestError(located);
    const cause = located?.originalError ?? error;
    if (cause instanceof Refusal) return refused(cause, located);
    if (cause instanceof ServiceFailure) {
      if (!logged.has(cause)) log.failure(cause);
      logged.add(cause);
      return failed(cause, located);
    }
    if (cause instanceof GraphQLError && isAboutAnArgument(cause)) return tellRequestError(cause, located);
    // Yoga passes on what `JSON.parse` says of a GET's variables, with a piece of them.
    if (located === undefined && cause instanceof SyntaxError) return wrongRequest("The request holds no valid JSON.");
    // The client went away: nobody reads this, and nothing is wrong.
    if (!isAbort(cause)) log.fault(cause);
    return new GraphQLError("A fault of ours. It was logged.", {
      ...placeOf(located),
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
  };
}

function refused(refusal: Refusal, located: GraphQLError | undefined): GraphQLError {
  const unsupported = refusal.problems.every((problem) => problem.code === "UNSUPPORTED");
  return new GraphQLError(refusal.message, {
    ...placeOf(located),
    extensions: { code: unsupported ? "UNSUPPORTED" : "BAD_USER_INPUT" },
  });
}

function failed(failure: ServiceFailure, located: GraphQLError | undefined): GraphQLError {
  const { code, service, retryable, requestId, retryAfter, outcomeUnknown } = failure;
  return new GraphQLError(failure.message, {
    ...placeOf(located),
    extensions: {
      code,
      service,
      retryable: retryable && !outcomeUnknown,
      ...(requestId !== undefined && { requestId }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(outcomeUnknown && { outcome: "UNKNOWN" }),
    },
  });
}

function placeOf(located: GraphQLError | undefined): GraphQLErrorOptions {
  if (located === undefined) return {};
  const { nodes = null, source = null, positions = null, path = null } = located;
  return { nodes, source, positions, path };
}

/** Said by graphql-js, Yoga or ourselves of the request, and not a wrapped surprise. */
function isOurs(error: GraphQLError): boolean {
  return error.originalError === undefined || error.originalError instanceof GraphQLError;
}

/** While it is executed: an argument is wrong, or we say so with a code. All else is about what a resolver gave. */
function isAboutAnArgument(error: GraphQLError): boolean {
  return "code" in error.extensions || error.message.startsWith('Argument "');
}

/**
 * What is wrong with a request, with one of the documented codes and in words that quote no value: it may be a password
 * in the wrong place.
 */
export function tellRequestError(error: GraphQLError, located: GraphQLError = error): GraphQLError {
  const { code, http } = error.extensions as { code?: string; http?: { status?: number } };
  const tooMuch = http?.status === 413 || error.message === "Validation aborted.";
  const known = code !== undefined && CODES.has(code) ? code : "BAD_USER_INPUT";
  return new GraphQLError(withoutValues(error.message), {
    ...placeOf(located),
    extensions: {
      code: tooMuch ? "LIMIT_EXCEEDED" : known,
      // What is no GraphQL request at all has its status in either media type, and not only in the newer one.
      ...(http && { http: code === "BAD_REQUEST" ? { ...http, spec: false } : http }),
    },
  });
}

/** The documented ones; what else graphql-js or Yoga says of a request is a mistake of its sender. */
const CODES = new Set([
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "LIMIT_EXCEEDED",
  "UNSUPPORTED",
]);

function wrongRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", http: { status: 400 } } });
}

/**
 * graphql-js quotes the value that it cannot take, the caller's own, in these forms:
 * `Variable "$input" got invalid value { ... } at "input.econtext.password"; String cannot represent ...: { ... }`,
 * `Argument "id" has invalid value ...`, `Expected value of type "ID", found ...`, `String cannot represent ...: ...`.
 */
function withoutValues(message: string): string {
  const [, name] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (name !== undefined) {
    // From the end: the value before it may hold any words, these too.
    const [, place, reason] = /(?: at "([\w.[\]]+)")?; ([^;]*)$/.exec(message) ?? [];
    const known = SAFE_REASONS.find((pattern) => reason !== undefined && pattern.test(reason));
    const what = known === undefined ? "The value is of the wrong type." : reason;
    return `Variable "$${name}"${place === undefined ? "" : ` at "${place}"`}: ${what ?? ""}`;
  }
  if (message === "Request body too large") return "The request is larger than `limits.body` allows.";
  if (message === "Validation aborted.") return "The document repeats too much to be validated.";
  const argument = /^Argument "(\w+)" has invalid value /.exec(message);
  if (argument !== null) return `Argument "${argument[1] ?? ""}" has a value of the wrong type.`;
  const type = /^Expected value of type "([\w![\]]+)", found |^(?:Enum )?"?(\w+)"? cannot represent /.exec(message);
  if (type !== null) return `Expected a value of type "${type[1] ?? type[2] ?? ""}" here.`;
  return message;
}

/** What graphql-js says of a value without quoting it. */
const SAFE_REASONS = [
  /^Field "\w+" is not defined by type "\w+"\.(?: Did you mean [\w", ]+\?)?$/,
  /^Field "\w+" of required type "[\w![\]]+" was not provided\.$/,
  /^Expected type "\w+" to be an object\.$/,
  /^Expected non-nullable type "[\w![\]]+" not to be null\.$/,
];

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
