import { describe, expect, it } from "vitest";
import { applyEnvironment } from "../../src/config/environment.ts";
import { DEFAULT_SERVER } from "../../src/config/settings.ts";

describe("applyEnvironment", () => {
  it("leaves what the environment does not say", () => {
    expect(applyEnvironment(DEFAULT_SERVER, {})).toEqual(DEFAULT_SERVER);
    expect(applyEnvironment(DEFAULT_SERVER, { HOST: "", PORT: "" })).toEqual(DEFAULT_SERVER);
  });

  it("puts the environment's host and port first", () => {
    const { host, port } = applyEnvironment(DEFAULT_SERVER, { HOST: "::", PORT: "0" });
    expect({ host, port }).toEqual({ host: "::", port: 0 });
  });

  it("refuses a port that is none", () => {
    expect(() => applyEnvironment(DEFAULT_SERVER, { PORT: "http" })).toThrow(
      "environment: PORT: expected a whole number from 0 to 65535, found text",
    );
  });
});
