import {
  GraphQLError,
  OperationTypeNode,
  type ExecutionResult,
  type GraphQLErrorOptions,
  type OperationDefinitionNode,
} from "graphql";
import type { Plugin, YogaInitialContext } from "graphql-yoga";
import { Refusal, ServiceFailure } from "../domain/errors.ts";
import { type OperationContext, operationOf } from "./operation.ts";
import type { TellRequestError } from "./request-errors.ts";

/** Told of what clients are not told. */
export interface ErrorLog {
  /** A fault of ours: whatever is known of it. */
  fault(error: unknown, requestId?: string): void;
  /** So many requests were sent away since this was told last. */
  shed(requests: number): void;
  /** A service failed: our own words, without a secret. */
  failure(failure: ServiceFailure, requestId?: string): void;
}

/** In which operation an error came up. */
export interface Circumstances {
  readonly requestId: string;
  readonly isMutation: boolean;
  /** What was logged of it: one failed call may leave thousands of fields without a value, and is one event all the same. */
  readonly logged: Set<ServiceFailure>;
}

export type MaskError = (error: unknown, circumstances?: Circumstances) => GraphQLError;

/**
 * What a client may know of an error: our own sentence and a code. Anything that is not known to be fit to be read is a
 * fault of ours, masked and logged.
 */
export function maskErrors(log: ErrorLog, tell: TellRequestError): MaskError {
  // The server masks once more what was masked with more knowledge.
  const masked = new WeakSet<GraphQLError>();
  const keep = (error: GraphQLError) => {
    masked.add(error);
    return error;
  };
  return (error, circumstances) => {
    if (error instanceof GraphQLError && masked.has(error)) return error;
    return keep(mask(error, circumstances));
  };

  function mask(error: unknown, circumstances: Circumstances | undefined): GraphQLError {
    const requestId = circumstances?.requestId;
    const located = error instanceof GraphQLError ? error : undefined;
    if (located !== undefined && located.path === undefined && isOurs(located)) return tell(located);
    const cause = located?.originalError ?? error;
    if (cause instanceof Refusal) return refused(cause, located);
    if (cause instanceof ServiceFailure) {
      if (circumstances?.logged.has(cause) !== true) log.failure(cause, requestId);
      circumstances?.logged.add(cause);
      return failed(cause, located, circumstances?.isMutation === true);
    }
    if (cause instanceof GraphQLError && isAboutAnArgument(cause)) return tell(cause, located);
    // Yoga passes on what `JSON.parse` says of a GET's variables, with a piece of them.
    if (located === undefined && cause instanceof SyntaxError) return NO_JSON;
    // The client went away: nobody reads this, and nothing is wrong.
    if (!isAbort(cause)) log.fault(cause, requestId);
    return new GraphQLError("A fault of ours. It was logged.", {
      ...placeOf(located),
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
  }
}

/** Masks what an operation met, and adds what was to be told beside its answer. */
export function maskResults(mask: MaskError): Plugin {
  return {
    onExecute({ args }) {
      const context = args.contextValue as YogaInitialContext & OperationContext;
      return {
        onExecuteDone({ result, setResult }) {
          setResult(maskResult(mask, result as ExecutionResult, context, operationOf(args)));
        },
      };
    },
  };
}

/** The same result where nothing went wrong. */
export function maskResult(
  mask: MaskError,
  result: ExecutionResult,
  { failures, requestId }: OperationContext,
  node: OperationDefinitionNode | null | undefined,
): ExecutionResult {
  if (result.errors === undefined && failures.length === 0) return result;
  const isMutation = node?.operation === OperationTypeNode.MUTATION;
  const errors = [...(result.errors ?? []), ...failures];
  const circumstances = { requestId, isMutation, logged: new Set<ServiceFailure>() };
  return { ...result, errors: errors.map((error) => mask(error, circumstances)) };
}

const NO_JSON = new GraphQLError("The request holds no valid JSON.", {
  extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
});

function refused(refusal: Refusal, located: GraphQLError | undefined): GraphQLError {
  const unsupported = refusal.problems.every((problem) => problem.code === "UNSUPPORTED");
  return new GraphQLError(refusal.message, {
    ...placeOf(located),
    extensions: { code: unsupported ? "UNSUPPORTED" : "BAD_USER_INPUT", retryable: false },
  });
}

function failed(failure: ServiceFailure, located: GraphQLError | undefined, isMutation: boolean): GraphQLError {
  const { code, service, retryable, requestId, retryAfter, outcomeUnknown } = failure;
  // What fails below the payload is only read: the same request would write once more.
  const isWritten = isMutation && (located?.path?.length ?? 0) > 2;
  return new GraphQLError(failure.message, {
    ...placeOf(located),
    extensions: {
      code,
      service,
      retryable: retryable && !outcomeUnknown && !isWritten,
      ...(requestId !== undefined && { requestId }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(outcomeUnknown && { outcome: "UNKNOWN" }),
    },
  });
}

export function placeOf(located: GraphQLError | undefined): GraphQLErrorOptions {
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

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
