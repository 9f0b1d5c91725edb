import { expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { ApiKey, ApiKeyRef, ApiKeyWriter } from "../../../src/domain/api-key.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import {
  ASK,
  ASK_EVERYTHING,
  ASK_USER,
  BY,
  eachDirectory,
  idsOf,
  one,
  refusalOf,
  showUser,
  survey,
  UNADDRESSABLE,
  writesOf,
} from "./asking.ts";
import { readFlags, sit, type SittingOptions } from "./examinee.ts";
import { SAMPLES } from "./samples.ts";

export function examineApiKeys(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  if (readFlags(dialect).apiKeys.writer === null) {
    it("are not there, of nobody, and nobody is asked for them", async () => {
      const ids = idsOf((await survey(examinee().open())).users);
      const asked = await examinee().asked(async () => {
        const { apiKeys } = examinee().open();
        expect(await apiKeys.ofUsers(ids, ASK)).toEqual(ids.map(() => []));
        expect(await apiKeys.byRefs([{ user: ids[0] ?? "", id: "any" }], ASK)).toEqual([null]);
      });
      expect(asked).toEqual([]);
    });
    return;
  }

  let serial = 0;
  const hire = async (): Promise<string> => {
    const draft = SAMPLES[dialect.family].plain(`key-${++serial}`);
    return (await examinee().open().users.create(draft, ASK_USER.for)).id;
  };

  /** A new user with a new key. */
  const prepare = async () => {
    const user = await hire();
    const { key, secret } = await writerOf(examinee().open()).create(
      user,
      { name: "a key", description: "for doors" },
      BY,
    );
    return { user, key, secret, ref: { user, id: key.id } };
  };

  it("are made in one write, and their secret is told then and never again", async () => {
    const user = await hire();
    const directory = examinee().open();
    expect(await keysOf(directory, user)).toEqual([]);
    let secret = "";
    let id = "";
    const writes = await writesOf(examinee(), async () => {
      const created = await writerOf(directory).create(user, { name: "a key", description: "for doors" }, BY);
      ({ secret } = created);
      ({ id } = created.key);
      expect(showKey(created.key)).toMatchObject({ name: "a key", description: "for doors", status: "ENABLED" });
      expect(JSON.stringify([showKey(created.key), created.key])).not.toContain(secret);
    });
    expect(writes).toHaveLength(1);
    expect(secret.length).toBeGreaterThan(16);

    await eachDirectory(examinee(), directory, async (reader) => {
      expect(await keysOf(reader, user)).toEqual([id]);
      const key = await readKey(reader, { user, id });
      expect(key && showKey(key)).toMatchObject({ name: "a key", description: "for doors", status: "ENABLED" });
      const record = await one(reader.users.byIds([user], ASK_EVERYTHING));
      expect(idsOf(record?.apiKeys() ?? [])).toEqual([id]);
      expect(await everythingReadable(reader)).not.toContain(secret);
    });
  });

  it("may have no name and no description", async () => {
    const user = await hire();
    const { key } = await writerOf(examinee().open()).create(user, { name: null, description: null }, BY);
    const read = await readKey(examinee().open(), { user, id: key.id });
    for (const shown of [key, read]) {
      expect(["", null]).toContain(shown?.name);
      expect(["", null]).toContain(shown?.description);
    }
  });

  it("are changed field by field, what is left out stays, and null clears or is refused", async () => {
    const { ref, key } = await prepare();
    let expected = showKey(key);
    for (const change of [
      { name: "another" },
      { description: "for windows" },
      { status: "DISABLED" },
      { status: "ENABLED", name: "both" },
    ] as const) {
      const directory = examinee().open();
      await readKey(directory, ref);
      expected = { ...expected, ...change };
      const writes = await writesOf(examinee(), async () => {
        expect(showKey(await writerOf(directory).update(ref, change, BY))).toEqual(expected);
      });
      expect(writes).toHaveLength(1);
      await eachDirectory(examinee(), directory, async (reader) => {
        const read = await readKey(reader, ref);
        expect(read && showKey(read)).toEqual(expected);
      });
    }
    for (const field of ["name", "description", "status"] as const) {
      const directory = examinee().open();
      const refusal = await writerOf(directory)
        .update(ref, { [field]: null }, BY)
        .then(
          () => null,
          (error: unknown) => error,
        );
      const read = await readKey(directory, ref);
      if (refusal === null) expect(["", null]).toContain(read?.[field]);
      else {
        expect(refusal).toMatchObject({ name: "Refusal", problems: [{ code: "UNSUPPORTED", path: [field] }] });
        expect(read && showKey(read)).toMatchObject({ [field]: expected[field] });
      }
    }
  });

  it("are not written for a change that changes nothing", async () => {
    const { ref, key } = await prepare();
    for (const change of [{}, { name: undefined, status: undefined }]) {
      const directory = examinee().open();
      const writes = await writesOf(examinee(), async () => {
        expect(showKey(await writerOf(directory).update(ref, change, BY))).toEqual(showKey(key));
      });
      expect(writes).toEqual([]);
    }
  });

  it("are deleted once they are disabled, where that is asked, and then are gone", async () => {
    const { user, ref } = await prepare();
    const directory = examinee().open();
    const writer = writerOf(directory);
    expect(await keysOf(directory, user)).toEqual([ref.id]);
    const refusal = await refusalOf(() => writer.remove(ref, BY)).catch(() => null);
    if (refusal !== null) {
      expect(refusal).toEqual([{ code: "CONFLICT", path: ["id"] }]);
      await eachDirectory(examinee(), directory, async (reader) => {
        expect(await keysOf(reader, user)).toEqual([ref.id]);
      });
      await writer.update(ref, { status: "DISABLED" }, BY);
      expect(await writesOf(examinee(), () => writer.remove(ref, BY))).toHaveLength(1);
    }
    await eachDirectory(examinee(), directory, async (reader) => {
      expect(await keysOf(reader, user)).toEqual([]);
      expect(await readKey(reader, ref)).toBeNull();
    });
    expect(await refusalOf(() => writer.remove(ref, BY))).toEqual([{ code: "NOT_FOUND", path: ["id"] }]);
    expect(await refusalOf(() => writer.update(ref, { name: "late" }, BY))).toEqual([
      { code: "NOT_FOUND", path: ["id"] },
    ]);
  });

  it("of one user are not to be had by another's name", async () => {
    const { user, ref, key } = await prepare();
    const other = await hire();
    const wrong = { user: other, id: ref.id };
    const notFound = [{ code: "NOT_FOUND", path: ["id"] }];
    // Disabled, for then nothing but its owner stands against deleting it.
    const disabled = showKey(await writerOf(examinee().open()).update(ref, { status: "DISABLED" }, BY));
    expect(disabled).toEqual({ ...showKey(key), status: "DISABLED" });
    for (const isMet of [true, false]) {
      const directory = examinee().open();
      if (isMet) await everythingReadable(directory);
      expect(await readKey(directory, wrong)).toBeNull();
      const writer = writerOf(directory);
      await refusalOf(() => writer.update(wrong, { name: "stolen" }, BY)).then((it) => expect(it).toEqual(notFound));
      await refusalOf(() => writer.remove(wrong, BY)).then((it) => expect(it).toEqual(notFound));
      await eachDirectory(examinee(), directory, async (reader) => {
        const read = await readKey(reader, ref);
        expect(read && showKey(read)).toEqual(disabled);
        expect(await keysOf(reader, user)).toEqual([ref.id]);
        expect(await keysOf(reader, other)).toEqual([]);
      });
    }
  });

  it("say who or what is not there, and nobody is asked for what cannot be", async () => {
    const { user } = await prepare();
    const writer = writerOf(examinee().open());
    const draft = { name: "a key", description: null };
    const noUser = [{ code: "NOT_FOUND", path: ["user"] }];
    const noKey = [{ code: "NOT_FOUND", path: ["id"] }];
    expect(await refusalOf(() => writer.create("nobody", draft, BY))).toEqual(noUser);
    for (const ref of [
      { user, id: "nothing" },
      { user: "nobody", id: "nothing" },
    ]) {
      expect(await refusalOf(() => writer.update(ref, { name: "late" }, BY))).toEqual(noKey);
      expect(await refusalOf(() => writer.remove(ref, BY))).toEqual(noKey);
      expect(await readKey(examinee().open(), ref)).toBeNull();
    }
    const asked = await examinee().asked(async () => {
      for (const id of UNADDRESSABLE) {
        const fresh = writerOf(examinee().open());
        expect(await refusalOf(() => fresh.create(id, draft, BY))).toEqual(noUser);
        for (const ref of [
          { user: "some", id },
          { user: id, id: "some" },
        ]) {
          expect(await refusalOf(() => fresh.update(ref, { name: "late" }, BY))).toEqual(noKey);
          expect(await refusalOf(() => fresh.remove(ref, BY))).toEqual(noKey);
        }
      }
    });
    expect(asked).toEqual([]);
  });
}

function writerOf({ apiKeys }: Directory): ApiKeyWriter {
  if (apiKeys.writer === null) throw new Error("The service has no API keys.");
  return apiKeys.writer;
}

async function keysOf({ apiKeys }: Directory, user: string): Promise<readonly string[]> {
  return idsOf(await one(apiKeys.ofUsers([user], ASK)));
}

async function readKey({ apiKeys }: Directory, ref: ApiKeyRef): Promise<ApiKey | null> {
  return one(apiKeys.byRefs([ref], ASK));
}

function showKey({ id, name, description, status }: ApiKey) {
  return { id, name, description, status };
}

/** All that all records show, as text. */
async function everythingReadable(directory: Directory): Promise<string> {
  const { users, applications, groups } = await survey(directory);
  const keys = (await directory.apiKeys.ofUsers(idsOf(users), ASK)).flat();
  const read: unknown[] = [];
  for (const user of await directory.users.byIds(idsOf(users), ASK_EVERYTHING)) {
    if (user !== null && "id" in user)
      read.push(
        showUser(user),
        user.href,
        user.createdAt,
        user.apiKeys()?.map(({ id }) => id),
      );
  }
  for (const key of keys) {
    if (!("id" in key)) throw key;
    const record = key.record;
    read.push(key.id, record && { ...showKey(record), href: record.href, at: [record.createdAt, record.updatedAt] });
  }
  for (const { href, name, description, status, customData } of [...applications, ...groups]) {
    read.push({ href, name, description, status, customData });
  }
  return JSON.stringify(read);
}
