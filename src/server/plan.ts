import { OperationTypeNode, type ExecutionArgs, type ExecutionResult, type GraphQLError } from "graphql";
import { createGraphQLError, type Plugin } from "graphql-yoga";
import type { ServerSettings } from "../config/settings.ts";
import type { ServiceFailure } from "../domain/errors.ts";
import type { PlannedOperation } from "../schema/plan.ts";
import { overBudget } from "./call-budget.ts";
import { EXPLAIN_HEADER } from "./explain.ts";
import type { MaskError } from "./graphql-errors.ts";
import { type OperationContext, operationOf, type PlanOperation } from "./operation.ts";

export interface PlanParts {
  readonly explain: ServerSettings["explain"];
  readonly plan: PlanOperation;
  readonly mask: MaskError;
  /** Upstream calls of one operation at most. */
  readonly upstreamCalls: number;
}

/**
 * Answers an operation with its plan, where the request wants that. Whoever does counts on nothing being done: also where
 * the plan is not told, nothing is. It has to come before all plugins that have to do with execution.
 */
export function tellPlans({ explain, plan, mask, upstreamCalls }: PlanParts): Plugin {
  const answer = async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const { requestId } = args.contextValue as OperationContext;
    const isMutation = operationOf(args)?.operation === OperationTypeNode.MUTATION;
    const circumstances = { requestId, isMutation, logged: new Set<ServiceFailure>() };
    const planned = await plan(args);
    const errors = planned.errors.map((error) => mask(error, circumstances));
    return resultOf(planned, errors, upstreamCalls);
  };
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { request } = args.contextValue;
      if (!wantsPlan(request.headers)) return undefined;
      if (explain === "never") throw UNSUPPORTED;
      return answer(args).then(setResultAndStopExecution);
    },
  };
}

/** Sent twice, a header is one with a comma in it. Who asks for the plan, however spelt, must not be met with execution. */
function wantsPlan(headers: Headers): boolean {
  return /plan/i.test(headers.get(EXPLAIN_HEADER) ?? "");
}

/** Not a word on what could be. */
const UNSUPPORTED = createGraphQLError("This gateway tells no plans.", {
  extensions: { code: "UNSUPPORTED", http: { status: 400 } },
});

function resultOf(
  { plan, refused }: PlannedOperation,
  errors: readonly GraphQLError[],
  upstreamCalls: number,
): ExecutionResult {
  // What we failed to plan may have any number of calls.
  const faults = errors.filter(({ extensions }) => extensions["code"] === "INTERNAL_SERVER_ERROR");
  if (faults.length > 0) return { errors: faults };
  const refusal = overBudget(plan, upstreamCalls);
  const told = [...errors, ...(refusal === undefined ? [] : [refusal])].map(describe);
  const problems = [...told, ...refused.map(({ message, code, path }) => ({ message, code, path }))];
  return { extensions: { plan: { ...plan, ...(problems.length > 0 && { problems }) } } };
}

function describe({ message, extensions, path }: GraphQLError) {
  return { message, code: extensions["code"], ...(path !== undefined && { path }) };
}
