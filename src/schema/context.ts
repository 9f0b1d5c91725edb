import type { Services } from "../services/services.ts";

/** What resolvers are given. */
export interface SchemaContext {
  readonly services: Services;
}
