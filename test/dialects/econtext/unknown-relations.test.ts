import { expect, it } from "vitest";
import { Calls } from "../../../src/dialects/econtext/calls.ts";
import { Edition } from "../../../src/dialects/econtext/edition.ts";
import { Memory } from "../../../src/dialects/econtext/memory.ts";
import { Reader } from "../../../src/dialects/econtext/reader.ts";
import { findUnknown } from "../../../src/dialects/econtext/unknown-relations.ts";
import { ASKS, refused, respond, ScriptedService, SERVICE } from "./scripted-send.ts";

const DRAFT = { email: "", password: "", name: null, customData: null, groups: [], organization: null };

function find(applications: readonly string[], named: string) {
  const calls = new Calls(SERVICE, new Edition(), new ScriptedService({}).send);
  const answer = respond(refused(400, "Invalid parameter", `Couldn't find application ${named}`));
  return findUnknown(new Reader(calls, new Memory(SERVICE)), { ...DRAFT, applications }, answer, ASKS);
}

it("Unknown relations are found among many in reasonable time", async () => {
  const ids = Array.from({ length: 100_000 }, (_, index) => `id-${index}`);
  const start = performance.now();
  expect(await find([...ids, "gone"], "gone")).toMatchObject([{ path: ["applications", "100000"] }]);
  expect(performance.now() - start).toBeLessThan(2000);
});

it("Unknown relations are found in a long sentence in reasonable time", async () => {
  const start = performance.now();
  expect(await find(["a", "b"], `${"ab".repeat(50_000)} b`)).toMatchObject([{ path: ["applications", "1"] }]);
  expect(performance.now() - start).toBeLessThan(2000);
});
