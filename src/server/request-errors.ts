import type { ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import { tellRequestError } from "./graphql-errors.ts";

/** Documents that do not fit the schema are answered without execution, and so without passing any mask but this. */
export function maskRequestErrors(): Plugin {
  return {
    onExecutionResult(payload) {
      const result = payload.result as ExecutionResult | undefined;
      if (result?.errors === undefined || "data" in result) return;
      const errors = result.errors.map((error) => (error.path === undefined ? tellRequestError(error) : error));
      payload.setResult({ ...result, errors });
    },
  };
}
