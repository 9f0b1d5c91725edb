#!/usr/bin/env node
// From a clone the sources run as they are; the published package holds what `npm run build` made of them.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `usergraph needs Node 24 or later; this is ${process.version}. From a clone, \`npm ci\` brings its own: use \`npm start\` or \`npx usergraph\`.\n`,
  );
  process.exit(2);
}
const source = new URL("../src/cli/main.ts", import.meta.url);
await import(existsSync(fileURLToPath(source)) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
