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
  return (error) => {
    const located = error instanceof GraphQLError ? error : undefined;
    const cause = located?.originalError ?? error;
    if (cause instanceof Refusal) return refused(cause, located);
    if (cause instanceof ServiceFailure) {
      log.failure(cause);
      return failed(cause, located);
    }
    // What has no path was said before anything was executed: by graphql-js of the document, or by ourselves.
    if (located !== undefined && located.path === undefined && isOurs(located)) return coded(located);
    log.fault(cause);
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

/** Said by graphql-js or by the server of the request itself, and not a wrapped surprise. */
function isOurs(error: GraphQLError): boolean {
  return error.originalError === undefined || error.originalError instanceof GraphQLError;
}

/** Yoga's codes for a request that it refuses, in the words of our table. */
function coded(error: GraphQLError): GraphQLError {
  const { code, http } = error.extensions as { code?: string; http?: { status?: number } };
  const tooMuch = code === "REQUEST_ENTITY_TOO_LARGE" || (code === "BAD_REQUEST" && http?.status === 413);
  if (tooMuch) error.extensions["code"] = "LIMIT_EXCEEDED";
  // What has no code was wrong in the variables.
  else if (code === undefined || code === "BAD_REQUEST") error.extensions["code"] = "BAD_USER_INPUT";
  return error;
}
