import { execute, type ExecutionArgs, type GraphQLError } from "graphql";
import type { Problem } from "../domain/errors.ts";
import type { Plan } from "../domain/plan/plan.ts";
import { PlannedServices } from "../services/planned-services.ts";
import { Planning, type PlannedService } from "../services/planned-service.ts";
import type { SchemaContext } from "./context.ts";

export interface PlannedOperation {
  readonly plan: Plan;
  /** What would be refused before anything is asked: arguments that are wrong, variables that do not fit. */
  readonly errors: readonly GraphQLError[];
  /** What mutations would tell in their payloads, with the paths of their inputs. */
  readonly refused: readonly Problem[];
}

/** Makes the services of a plan: each as it would be asked, by its dialect. */
export type PlanServices = (planning: Planning) => readonly PlannedService[];

/**
 * Plans an operation by executing it, with the resolvers and loaders that it would be executed with, over services that
 * note what they are asked, and answer with one thing for each kind of thing that an answer may hold.
 * @param nodes how many items the lists of an answer may hold, of which a plan knows those alone that the caller names
 */
export async function planOperation(
  args: ExecutionArgs,
  planServices: PlanServices,
  nodes: number,
): Promise<PlannedOperation> {
  const planning = new Planning();
  const refused: Problem[] = [];
  const context: SchemaContext = {
    services: new PlannedServices(planServices(planning)),
    nodes: { limit: nodes, used: 0 },
    failures: [],
    subgraphSdl: () => "",
    refused,
  };
  const { errors = [] } = await execute({ ...args, contextValue: context });
  return { plan: planning.draft.plan, errors: [...errors, ...context.failures], refused };
}
