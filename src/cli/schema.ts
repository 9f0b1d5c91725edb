import { dialects } from "../dialects/registry.ts";
import { createSchemas, printSdl } from "../schema/schema.ts";

/** The SDL as it stands in `schema/schema.graphql`. */
export function printSchema(): string {
  return printSdl(createSchemas(dialects.map((dialect) => dialect.name)));
}
