import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/server/fault.ts";

const SECRET = "hunter2";

describe("What is logged of a fault", () => {
  it("is its name and where it was thrown, and not what it says", () => {
    const fault = describeFault(new TypeError(`Cannot read ${SECRET}`));
    expect(fault.name).toBe("TypeError");
    expect(fault.at[0]).toMatch(/^at .*fault\.test\.ts:\d+:\d+\)?$/);
    expect(JSON.stringify(fault)).not.toContain(SECRET);
  });

  it("is also the code that Node gave it", () => {
    expect(describeFault(Object.assign(new Error(SECRET), { code: "ERR_INVALID_ARG_TYPE" })).code).toBe(
      "ERR_INVALID_ARG_TYPE",
    );
  });

  it("is nothing that a message, a name or a code could smuggle in", () => {
    const odd = new Error(`${SECRET}\n    at ${SECRET} (/srv/${SECRET}.js:1:1)\n    at /srv/${SECRET}:1:1`);
    const named = Object.assign(new Error(SECRET), { name: `${SECRET} !`, code: `${SECRET} !` });
    const revived = Object.assign(new Error("x"), { stack: `Error: x\n    at ${SECRET} (/srv/${SECRET}/a.js:1:1)` });
    const torn = Object.assign(new Error("x"), { stack: `Error: ${SECRET}\n    at f (/srv/${SECRET}.js:1:1)` });
    const changed = Object.assign(new Error("x"), { message: "y", stack: `Error: x\n    at /srv/${SECRET}:1:1` });
    for (const error of [odd, named, revived, torn, changed, SECRET, { message: SECRET }, null, undefined]) {
      expect(JSON.stringify(describeFault(error))).not.toContain(SECRET);
    }
  });

  it("says what kind of thing was thrown that is no error", () => {
    expect(describeFault(SECRET)).toEqual({ name: "string", at: [] });
  });
});
