import { describe, expect, it } from "vitest";
import type { ApiKeyWriter } from "../../../src/domain/api-key.ts";
import type { ApplicationMembers } from "../../../src/domain/application.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import type { EcontextUserChange } from "../../../src/domain/facets/econtext.ts";
import type { User } from "../../../src/domain/user.ts";
import { PEOPLE } from "../../../src/sandbox/people.ts";
import { openSandbox, type OpenSandbox } from "./sandbox-send.ts";
import { ASKS, first, RECORD, USER } from "./scripted-send.ts";

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
const HIRO = "6cc1bda7-5b6c-4faa-9ecd-8a7f6b5c4d07";
const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
const ROSTER = "ec48dad3-ca61-4d74-a584-3ee3db4708ef";
const DISPATCH = { kind: "GROUP", id: "16191e59-85e8-416f-826d-9cf8106c8cad" } as const;

const ALL = { kind: null, role: null };
const GROUPS = { kind: "GROUP", role: null } as const;

async function read(directory: Directory, id: string): Promise<User> {
  const [found] = await directory.users.byIds([id], USER);
  if (found === null || found === undefined || found instanceof Error) throw new Error("The user cannot be read.");
  return found;
}

async function memberships(directory: Directory, id: string): Promise<readonly string[]> {
  const [page] = await directory.groups.ofUsers([id], first(20), GROUPS, RECORD);
  if (page === undefined || page instanceof Error) throw new Error("The groups cannot be read.");
  return page.items.map(({ group }) => group.id);
}

async function applications(directory: Directory, id: string): Promise<readonly string[]> {
  const [page] = await directory.applications.ofUsers([id], first(20), RECORD);
  if (page === undefined || page instanceof Error) throw new Error("The applications cannot be read.");
  return page.items.map((one) => one.id);
}

async function keys(directory: Directory, id: string): Promise<readonly string[]> {
  const [found] = await directory.apiKeys.ofUsers([id], RECORD);
  if (found === undefined || found instanceof Error) throw new Error("The keys cannot be read.");
  return found.map((one) => one.id);
}

const linesOf = ({ answered }: OpenSandbox) => answered.map(({ line }) => line);
const membersOf = ({ applications: store }: Directory) => store.members as ApplicationMembers;
const writerOf = ({ apiKeys }: Directory) => apiKeys.writer as ApiKeyWriter;

async function told(refused: Promise<unknown>): Promise<readonly string[]> {
  const error = await refused.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).problems.map(({ code, path }) => `${code} ${path.join(".")}`);
}

describe.each(["E0", "E1", "E2"] as const)("In the sandbox of %s", (edition) => {
  const isE2 = edition === "E2";
  const update = (directory: Directory, id: string, change: EcontextUserChange) =>
    directory.users.update(id, { econtext: change }, ASKS);

  it("a user can be changed, and shows it to whoever reads on", async () => {
    const box = openSandbox(PEOPLE, edition);
    const directory = box.open();
    const change = {
      email: "ada@kestrel.example",
      name: "Ada M.",
      status: "DISABLED",
      password: "flies at 8",
    } as const;
    const changed = await update(directory, ADA, { ...change, customData: { base: "OPO", deep: [{ a: null }] } });
    expect(linesOf(box)).toEqual([`PUT /users/user/${ADA}`]);
    expect(changed.record === undefined).toBe(isE2);
    const { email, name, status } = change;
    const expected = { id: ADA, email, name, status, customData: { base: "OPO", deep: [{ a: null }] } };
    expect(changed.record ?? (await read(directory, ADA))).toMatchObject(expected);
    expect(await read(box.open(), ADA)).toMatchObject(expected);
    expect(await applications(directory, ADA)).toHaveLength(3);
    expect(await memberships(directory, ADA)).toHaveLength(2);
    expect(await keys(directory, ADA)).toHaveLength(1);
  });

  it.each([null, {}])("custom data and name can be cleared, with %j", async (customData) => {
    const box = openSandbox(PEOPLE, edition);
    await update(box.open(), ADA, { customData, name: null });
    const cleared = await read(box.open(), ADA);
    expect(cleared.name).toBe(isE2 ? "" : null);
    expect(cleared.customData ?? {}).toEqual({});
  });

  it("an email that is the user's own is no error, in another case either", async () => {
    const box = openSandbox(PEOPLE, edition);
    await update(box.open(), ADA, { email: "ada.moreno@kestrel.example" });
    await update(box.open(), ADA, { email: "Ada.Moreno@kestrel.example" });
    const { email } = await read(box.open(), ADA);
    expect(email).toBe(isE2 ? "Ada.Moreno@kestrel.example" : "ada.moreno@kestrel.example");
    expect(await told(update(box.open(), ADA, { email: "bram.okafor@kestrel.example" }))).toEqual([
      "TAKEN econtext.email",
    ]);
  });

  it("UNVERIFIED is a status before E2", async () => {
    const box = openSandbox(PEOPLE, edition);
    const changed = update(box.open(), ADA, { status: "UNVERIFIED" });
    if (isE2) expect(await told(changed)).toEqual(["UNSUPPORTED econtext.status"]);
    else expect((await changed).record?.status).toBe("UNVERIFIED");
    expect(linesOf(box).some((line) => line.startsWith("PUT"))).toBe(!isE2);
  });

  it("a change of nothing writes nothing", async () => {
    const box = openSandbox(PEOPLE, edition);
    const before = await read(box.open(), ADA);
    const { record } = await update(box.open(), ADA, {});
    expect(record?.updatedAt).toBe(before.updatedAt);
    expect(linesOf(box).every((line) => line.startsWith("GET"))).toBe(true);
  });

  it("a user is deleted once disabled", async () => {
    const box = openSandbox(PEOPLE, edition);
    const directory = box.open();
    expect(await told(directory.users.remove(BRAM, ASKS))).toEqual(["CONFLICT id"]);
    await update(directory, BRAM, { status: "DISABLED" });
    await directory.users.remove(BRAM, ASKS);
    expect(await directory.users.byIds([BRAM], USER)).toEqual([null]);
    expect(await told(directory.users.remove(BRAM, ASKS))).toEqual(["NOT_FOUND id"]);
    expect(await told(update(directory, BRAM, { name: "x" }))).toEqual(["NOT_FOUND id"]);
    expect(await told(update(directory, BRAM, {}))).toEqual(["NOT_FOUND id"]);
  });

  it("a user is put into an application, then into its group, and out again", async () => {
    const directory = openSandbox(PEOPLE, edition).open();
    const membership = { user: BRAM, group: DISPATCH, role: "MEMBER" } as const;
    expect(await told(directory.groups.addMember(membership, ASKS))).toEqual(["CONFLICT group"]);
    await membersOf(directory).add({ user: BRAM, application: ROSTER }, ASKS);
    await membersOf(directory).add({ user: BRAM, application: ROSTER }, ASKS);
    expect(await applications(directory, BRAM)).toContain(ROSTER);
    expect(await directory.groups.addMember(membership, ASKS)).toEqual({ id: BRAM, record: undefined });
    await directory.groups.addMember(membership, ASKS);
    expect(await memberships(directory, BRAM)).toContain(DISPATCH.id);
    const { groups } = await read(directory, BRAM);
    expect(groups).toBeDefined();
    await directory.groups.removeMember(membership, ASKS);
    await directory.groups.removeMember(membership, ASKS);
    expect(await memberships(directory, BRAM)).not.toContain(DISPATCH.id);
    await membersOf(directory).remove({ user: BRAM, application: ROSTER }, ASKS);
    expect(await applications(directory, BRAM)).toEqual([PORTAL]);
  });

  it("out of an application where the user is not is no error, and the last one stays before E2", async () => {
    const directory = openSandbox(PEOPLE, edition).open();
    await membersOf(directory).remove({ user: BRAM, application: ROSTER }, ASKS);
    await membersOf(directory).remove({ user: HIRO, application: ROSTER }, ASKS);
    const last = membersOf(directory).remove({ user: BRAM, application: PORTAL }, ASKS);
    if (isE2) await last;
    else expect(await told(last)).toEqual(["CONFLICT application"]);
    expect(await applications(directory, BRAM)).toEqual(isE2 ? [] : [PORTAL]);
  });

  it("what is not there is named", async () => {
    const directory = openSandbox(PEOPLE, edition).open();
    const { groups } = directory;
    const gone = { kind: "GROUP", id: "gone" } as const;
    const role = "MEMBER" as const;
    for (const write of [groups.addMember.bind(groups), groups.removeMember.bind(groups)]) {
      expect(await told(write({ user: "gone", group: DISPATCH, role }, ASKS))).toEqual(["NOT_FOUND user"]);
      expect(await told(write({ user: BRAM, group: gone, role }, ASKS))).toEqual(["NOT_FOUND group"]);
    }
    const { add, remove } = membersOf(directory);
    for (const write of [add, remove]) {
      expect(await told(write({ user: "gone", application: PORTAL }, ASKS))).toEqual(["NOT_FOUND user"]);
      expect(await told(write({ user: BRAM, application: "gone" }, ASKS))).toEqual(["NOT_FOUND application"]);
    }
    const writer = writerOf(directory);
    expect(await told(writer.create("gone", { name: null, description: null }, ASKS))).toEqual(["NOT_FOUND user"]);
    for (const ref of [
      { user: "gone", id: "gone" },
      { user: ADA, id: "gone" },
    ]) {
      expect(await told(writer.update(ref, { name: "x" }, ASKS))).toEqual(["NOT_FOUND id"]);
      expect(await told(writer.update(ref, {}, ASKS))).toEqual(["NOT_FOUND id"]);
      expect(await told(writer.remove(ref, ASKS))).toEqual(["NOT_FOUND id"]);
    }
  });

  it("an API key is created, changed, disabled and deleted", async () => {
    const box = openSandbox(PEOPLE, edition);
    const directory = box.open();
    const writer = writerOf(directory);
    const { key, secret } = await writer.create(BRAM, { name: "nightly", description: "export" }, ASKS);
    expect(secret).toHaveLength(48);
    expect(key).toMatchObject({ name: "nightly", description: "export", status: "ENABLED" });
    const ref = { user: BRAM, id: key.id };
    expect(await keys(directory, BRAM)).toEqual([key.id]);
    expect(await told(writer.remove(ref, ASKS))).toEqual(["CONFLICT id"]);
    const changed = await writer.update(ref, { name: null, status: "DISABLED" }, ASKS);
    expect(changed).toMatchObject({ id: key.id, name: isE2 ? "" : null, description: "export", status: "DISABLED" });
    expect(await writer.update(ref, {}, ASKS)).toMatchObject({ id: key.id, status: "DISABLED" });
    await writer.remove(ref, ASKS);
    expect(await keys(box.open(), BRAM)).toEqual([]);
  });

  it("another user's API key is not touched", async () => {
    const box = openSandbox(PEOPLE, edition);
    const directory = box.open();
    const writer = writerOf(directory);
    const { key } = await writer.create(ADA, { name: "mine", description: null }, ASKS);
    await writer.update({ user: ADA, id: key.id }, { status: "DISABLED" }, ASKS);
    const stolen = { user: BRAM, id: key.id };
    for (const write of [
      () => writer.update(stolen, { name: "stolen" }, ASKS),
      () => writer.update(stolen, {}, ASKS),
      () => writer.remove(stolen, ASKS),
    ]) {
      expect(await told(write())).toEqual(["NOT_FOUND id"]);
    }
    const [still] = await box.open().apiKeys.byRefs([{ user: ADA, id: key.id }], RECORD);
    expect(still).toMatchObject({ name: "mine", status: "DISABLED" });
  });

  it("a created user is changed and put into groups as any other", async () => {
    const directory = openSandbox(PEOPLE, edition).open();
    const draft = { email: "ines@kestrel.example", password: "flies at 9", name: "Ines", customData: null };
    const created = await directory.users.create(
      { econtext: { ...draft, applications: [ROSTER], groups: [], organization: null } },
      ASKS,
    );
    await directory.groups.addMember({ user: created.id, group: DISPATCH, role: "MEMBER" }, ASKS);
    expect(await memberships(directory, created.id)).toEqual([DISPATCH.id]);
    expect((await read(directory, created.id)).groups(first(20), ALL)).toBeDefined();
  });
});
