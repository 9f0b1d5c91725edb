import type { Dialect } from "./dialect.ts";

/** Every dialect that usergraph speaks, in the order of the sandbox. A further one is a folder and a line here. */
export const dialects: readonly Dialect[] = [
  (await import("./econtext/dialect.ts")).econtext,
  (await import("./cloud-foundry-v2/dialect.ts")).cloudFoundryV2,
];
