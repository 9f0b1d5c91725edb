import { describe, expect, it } from "vitest";
import { createLog } from "../src/log.ts";

function logOf(level?: "info" | "debug"): { log: ReturnType<typeof createLog>; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLog({ pretty: false, destination, ...(level !== undefined && { level }) }), lines };
}

describe("The log", () => {
  it.each(["authorization", "password", "secret", "token", "bearer", "basic", "jwt_secret", "custom_data"])(
    "blots out what is called `%s`, should it ever come along with its object",
    (name) => {
      const { log, lines } = logOf();
      log.info({ [name]: "hunter2" }, "one");
      log.info({ user: { [name]: "hunter2" } }, "two");
      log.info({ request: { headers: { [name]: "hunter2" } } }, "three");
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(line).toContain("[redacted]");
        expect(line).not.toContain("hunter2");
      }
    },
  );

  it("writes lines of JSON, from the level on that was asked for", () => {
    const { log, lines } = logOf();
    log.debug("less");
    log.info({ requestId: "trace" }, "more");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 30, time: expect.any(Number), requestId: "trace", msg: "more" },
    ]);
    const { log: chatty, lines: all } = logOf("debug");
    chatty.debug("less");
    expect(all).toHaveLength(1);
  });
});
