import { cloudFoundryV2 } from "./cloud-foundry-v2/dialect.ts";
import type { Dialect } from "./dialect.ts";
import { econtext } from "./econtext/dialect.ts";

/** Every dialect that usergraph speaks: a further one is a folder beside these, and a line here. */
export const dialects: readonly Dialect[] = [econtext, cloudFoundryV2];
