import { describe, expect, it } from "vitest";
import { credentialHint, credentialReader } from "../../src/http/credential.ts";

const caller = (headers: Readonly<Record<string, string>>) => (name: string) => headers[name] ?? null;
const nobody = caller({});

describe("a forwarded credential", () => {
  const read = credentialReader({ forward: "x-cloud-authorization" });

  it("is the caller's header, word for word", () => {
    expect(read(caller({ "x-cloud-authorization": "bearer  eyJ=.x " }))).toBe("bearer  eyJ=.x ");
  });

  it("is none where the caller sent another header", () => {
    expect(read(nobody)).toBeNull();
    expect(read(caller({ authorization: "bearer other" }))).toBeNull();
  });

  it.each(["", "bearer a\r\nx-admin: 1", "bearer a\n", "bearer \0", "bearer \u007f", "bearer \u{1f98a}"])(
    "is none where it cannot be sent (%j)",
    (value) => {
      expect(read(caller({ "x-cloud-authorization": value }))).toBeNull();
    },
  );
});

describe("a credential of the configuration", () => {
  it("is Basic, in UTF-8", () => {
    expect(credentialReader({ basic: { username: "zoë", password: "a:b" } })(nobody)).toBe("Basic em/DqzphOmI=");
  });

  it("is Basic as the service writes it", () => {
    const read = credentialReader({ basic: { username: "a:b", password: "c d" } }, encodeURIComponent);
    expect(read(nobody)).toBe(`Basic ${Buffer.from("a%3Ab:c%20d").toString("base64")}`);
  });

  it("is encoded once, not with every request", () => {
    let encoded = 0;
    const read = credentialReader({ basic: { username: "a", password: "b" } }, (part) => (encoded++, part));
    read(nobody);
    read(nobody);
    expect(encoded).toBe(2);
  });

  it("is a bearer token", () => {
    expect(credentialReader({ bearer: "eyJ" })(nobody)).toBe("bearer eyJ");
  });

  it("is not the caller's", () => {
    expect(credentialReader({ bearer: "eyJ" })(caller({ authorization: "bearer mine" }))).toBe("bearer eyJ");
  });
});

it("the hint names the header to send, and no secret", () => {
  expect(credentialHint({ forward: "authorization" })).toBe("send the header `authorization`");
  expect(credentialHint({ bearer: "hunter2" })).not.toContain("hunter2");
});
