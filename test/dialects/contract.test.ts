import { dialects } from "../../src/dialects/registry.ts";
import { examine } from "./contract.ts";

for (const dialect of dialects) {
  for (const edition of dialect.sandbox.editions) examine(dialect, edition);
}
