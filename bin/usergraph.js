#!/usr/bin/env node
// From a clone the sources run as they are; the published package holds what `npm run build` made of them.
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `usergraph needs Node 24 or later; this is ${process.version}. From a clone, \`npm ci\` brings its own: use \`npm start\` or \`npx usergraph\`.\n`,
  );
  process.exit(2);
}
// Start-up is half as long where what was compiled last time is kept.
enableCompileCache();
// V8 allocates what a few first requests had in use for long among the old objects from then on. There it is garbage that
// keeps all it refers to alive through every collection of the young ones, which then take ten times as long.
setFlagsFromString("--no-allocation-site-pretenuring");
// Twice as much as is in use, and no more, before the old objects are collected: by itself V8 waits for four times that.
setFlagsFromString("--heap-growing-percent=100");
// What nobody has asked for during six such collections V8 forgets the code of, and it may be a minute's worth of them:
// who creates a user now and then would be answered by code that was never compiled.
setFlagsFromString("--no-flush-bytecode");

const source = new URL("../src/cli/main.ts", import.meta.url);
await import(existsSync(fileURLToPath(source)) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
