import { describe, expect, it } from "vitest";
import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import { Edition } from "../../../src/dialects/econtext/edition.ts";
import { applicationE2, user, userE2 } from "./wire-bodies.ts";
import { first, NO_PATH, ok, open, RECORD, refused, SERVICE, USER } from "./scripted-send.ts";

const PROBE = "GET /organizations?limit=1";

describe("The edition", () => {
  it("is asked for once, by a probe that no ledger counts, and remembered for every caller", async () => {
    const attachment = econtext.attach(SERVICE);
    const one = open({ [PROBE]: NO_PATH, "GET /users/search/ada": ok({ users: [] }) }, attachment);
    await one.directory.users.list(first(20), "ada", USER);
    expect(one.service.lines).toEqual([PROBE, "GET /users/search/ada"]);
    expect(one.service.requests[0]?.probe).toBe(true);
    expect(one.service.requests[1]?.probe).toBeUndefined();

    const other = open({ "GET /users/search/ada": ok({ users: [] }) }, attachment);
    await other.directory.users.list(first(20), "ada", USER);
    expect(other.service.lines).toEqual(["GET /users/search/ada"]);
  });

  it("is not asked for where an object has shown it", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: userE2("u1") }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.users.byIds(["u1"], USER);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines).toEqual(["GET /users/user/u1", "GET /users/search/%22ada%22"]);
  });

  it("shows in applications too", async () => {
    const { directory, service } = open({
      "GET /applications": ok({ applications: [applicationE2("a1")] }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.applications.list(first(20), RECORD);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines).toEqual(["GET /applications", "GET /users/search/%22ada%22"]);
  });

  it("is corrected where later answers say otherwise", async () => {
    const { directory, service } = open({
      "GET /users/user/u1": ok({ user: user("u1") }),
      "GET /users/user/u2": ok({ user: userE2("u2") }),
      "GET /users/search/%22ada%22": ok({ users: [] }),
    });
    await directory.users.byIds(["u1"], USER);
    await directory.users.byIds(["u2"], USER);
    await directory.users.list(first(20), "ada", USER);
    expect(service.lines.at(-1)).toBe("GET /users/search/%22ada%22");
  });

  it("stays unknown after a probe that failed", async () => {
    const attachment = econtext.attach(SERVICE);
    const stranger = open({ [PROBE]: refused(401, "", "") }, attachment);
    await expect(stranger.directory.users.list(first(20), "ada", USER)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    const known = open({ [PROBE]: NO_PATH, "GET /users/search/ada": ok({ users: [] }) }, attachment);
    await known.directory.users.list(first(20), "ada", USER);
    expect(known.service.lines[0]).toBe(PROBE);
  });

  it("is not told by a 404 that has a body, which is a proxy's", async () => {
    const { directory } = open({ [PROBE]: { status: 404, body: "<html>no</html>" } });
    await expect(directory.users.list(first(20), "ada", USER)).rejects.toMatchObject({ code: "UPSTREAM_ERROR" });
  });
});

describe("Callers who ask for the edition at the same time", () => {
  it("share one probe", async () => {
    const edition = new Edition();
    let asked = 0;
    const ask = async () => {
      asked++;
      await Promise.resolve();
      return true;
    };
    expect(await Promise.all([edition.find(ask), edition.find(ask), edition.find(ask)])).toEqual([true, true, true]);
    expect(asked).toBe(1);
  });

  it("do not share a failure, which may be for one caller's credentials", async () => {
    const edition = new Edition();
    const failing = edition.find(() => Promise.reject(new Error("refused")));
    const asking = edition.find(() => Promise.resolve(false));
    await expect(failing).rejects.toThrow("refused");
    expect(await asking).toBe(false);
  });
});
