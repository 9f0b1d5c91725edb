import {
  GraphQLError,
  Kind,
  visit,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type VariableNode,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Plan } from "../domain/plan/plan.ts";
import type { PlanOperation } from "./operation.ts";

/**
 * Refuses an operation of which it is certain beforehand that it needs more upstream calls than it may make, so that
 * nothing of it is done. Where the number depends on the data, the count of the calls decides, while it runs.
 */
export function refuseOverBudget(upstreamCalls: number, plan: PlanOperation): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      if (mostCertainCalls(args) <= upstreamCalls) return;
      setExecuteFn(async (args: ExecutionArgs) => {
        const refusal = overBudget((await plan(args)).plan, upstreamCalls);
        return refusal === undefined ? (executeFn(args) as Promise<ExecutionResult>) : { errors: [refusal] };
      });
    },
  };
}

/** @returns undefined for an operation that may be within its budget */
export function overBudget({ calls }: Plan, upstreamCalls: number): GraphQLError | undefined {
  if (calls.min <= upstreamCalls) return undefined;
  return new GraphQLError(
    `The operation needs at least ${calls.min} upstream calls, and may make ${upstreamCalls}, which is \`limits.upstreamCalls\`. Nothing of it is done then: ask for less at once.`,
    { extensions: { code: "CALL_BUDGET_EXCEEDED", retryable: false, http: { status: 400, spec: true } } },
  );
}

/** What a document holds: its fields and values, and how often it uses each variable. */
interface Holdings {
  readonly own: number;
  readonly uses: ReadonlyMap<string, number>;
}

/** Documents are kept, and met again. */
const known = new WeakMap<DocumentNode, Holdings>();

/**
 * More calls than a plan's lower bound ever promises: that counts what is asked whatever the data are, which is one call
 * for a field, or for a value that the caller gave, such as an id. It spares nearly all operations their plan.
 */
export function mostCertainCalls({
  document,
  variableValues,
}: Pick<ExecutionArgs, "document" | "variableValues">): number {
  let holdings = known.get(document);
  if (holdings === undefined) known.set(document, (holdings = holdingsOf(document)));
  let most = holdings.own;
  for (const [name, uses] of holdings.uses) most += uses * countValues(variableValues?.[name]);
  return most;
}

function holdingsOf(document: DocumentNode): Holdings {
  let own = 0;
  const uses = new Map<string, number>();
  const count = () => {
    own++;
  };
  const use = ({ name: { value } }: VariableNode, times: number) => {
    uses.set(value, (uses.get(value) ?? 0) + times);
  };
  visit(document, {
    [Kind.FIELD]: count,
    [Kind.STRING]: count,
    [Kind.INT]: count,
    [Kind.VARIABLE]: (variable) => use(variable, 1),
    // Its own mention there is none.
    [Kind.VARIABLE_DEFINITION]: ({ variable }) => use(variable, -1),
  });
  return { own, uses };
}

/** How many values are in a variable, in all its lists and objects, which may be nested as deep as JSON can be. */
function countValues(variable: unknown): number {
  let count = 0;
  const left = [variable];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) left.push(inner);
    else count++;
  }
  return count;
}
