import { expect } from "vitest";
import {
  RECORD,
  USER_RECORD,
  type Ask,
  type MembershipFilter,
  type RecordNeeds,
  type UserNeeds,
} from "../../../src/domain/ask.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, Refusal, type Answer, type ProblemCode } from "../../../src/domain/errors.ts";
import type { Group, GroupRef, GroupRole } from "../../../src/domain/group.ts";
import type { Application } from "../../../src/domain/application.ts";
import { hasMore, type Page, type PageRequest } from "../../../src/domain/page.ts";
import type { Member, User } from "../../../src/domain/user.ts";
import type { Examinee } from "./examinee.ts";
import { expectOurWords } from "./words.ts";
import { tell, type Spelling, type Truth } from "../truth.ts";

export const BY: readonly string[] = ["Exam.question"];
export const ANY: MembershipFilter = { kind: null, role: null };
export const WHOLE: PageRequest = { first: 100, after: null };
export const ASK: Ask<RecordNeeds> = { needs: RECORD, for: BY };
export const ASK_USER: Ask<UserNeeds> = { needs: USER_RECORD, for: BY };
export const ASK_EVERYTHING: Ask<UserNeeds> = {
  needs: { record: true, groups: [ANY], applications: true, apiKeys: true },
  for: BY,
};

/** Ids that no service can be asked for. */
export const UNADDRESSABLE = ["", ".", "..", "line\nbreak", "\u0000", "\ud800", "x".repeat(100_000)];

/** The answer for a key, which must be no error. */
export function told<T>(answer: Answer<T> | undefined): T {
  if (isDirectoryError(answer)) throw answer;
  expect(answer).toBeDefined();
  return answer as T;
}

/** The one answer for one key. */
export async function one<T>(answers: Promise<readonly Answer<T>[]>): Promise<T> {
  const [answer, ...others] = await answers;
  expect(others).toEqual([]);
  return told(answer);
}

/** Far more pages than any list of the exam has. */
const MOST_PAGES = 1000;

/**
 * Reads a list to its end, and holds each page against what it said of itself.
 * @param cut goes on from the middle of each page, so many items before its end
 */
export async function walk<T>(
  read: (page: PageRequest) => Promise<Page<T>>,
  first = WHOLE.first,
  cut = 0,
): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page: Page<T> = await read({ first, after });
    expect(page.items.length).toBeLessThanOrEqual(first);
    if (after !== null) expect(page.items.length, "whoever was told that there is more finds more").toBeGreaterThan(0);
    const kept = page.items.slice(0, Math.max(1, page.items.length - cut));
    items.push(...kept);
    if (kept.length === page.items.length && !(await hasMore(page))) return items;
    expect(kept.length, "a page that is not the last has items").toBeGreaterThan(0);
    after = page.cursor(kept.length - 1);
  }
  throw new Error("The walk does not end.");
}

/** Why this was refused: codes and paths; the messages are sentences of ours. */
export async function refusalOf(
  run: () => Promise<unknown>,
): Promise<readonly { readonly code: ProblemCode; readonly path: readonly string[] }[]> {
  const error = await run().then(
    () => "no error",
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw new Error("A refusal was expected.", { cause: error });
  return error.problems.map(({ code, path, message }) => {
    expectOurWords(message);
    return { code, path };
  });
}

/** What this sends that may change something. */
export async function writesOf(examinee: Examinee, run: () => Promise<unknown>): Promise<readonly string[]> {
  const asked = await examinee.asked(run);
  return asked.filter(({ method }) => method !== "GET").map(({ method, target }) => `${method} ${target}`);
}

/** How the exam writes the truth down: by the upstream's own ids. */
const PLAINLY: Spelling = { user: String, application: String, group: (kind, id) => nameOf({ kind, id }) };

/** What the people of the exam tell of whoever sits it. */
export function truthOf({ dialect, edition, people }: Examinee): Truth {
  return tell({ dialect, edition, people }, PLAINLY);
}

/** Everything that one can walk to. */
export interface World {
  readonly users: readonly User[];
  readonly applications: readonly Application[];
  readonly groups: readonly Group[];
}

export async function survey({ users, applications, groups }: Directory): Promise<World> {
  return {
    users: await walk((page) => users.list(page, null, ASK_USER)),
    applications: await walk((page) => applications.list(page, ASK)),
    groups: await walk((page) => groups.list(page, null, ASK)),
  };
}

export function idsOf(things: readonly { readonly id: string }[]): readonly string[] {
  return things.map(({ id }) => id);
}

export function nameOf({ kind, id }: GroupRef): string {
  return `${kind} ${id}`;
}

/** A fresh user, as the service holds it. */
export async function readUser({ users }: Directory, id: string): Promise<User | null> {
  return one(users.byIds([id], ASK_USER));
}

/** The memberships that a user's side tells: `MEMBER GROUP id`. */
export async function membershipsOf({ groups }: Directory, id: string, filter = ANY): Promise<readonly string[]> {
  const list = await walk((page) => one(groups.ofUsers([id], page, filter, ASK)));
  return list.map(({ role, group }) => `${role} ${nameOf(group)}`).sort();
}

/** The applications that a user's side tells. */
export async function applicationsOf({ applications }: Directory, id: string): Promise<readonly string[]> {
  return [...idsOf(await walk((page) => one(applications.ofUsers([id], page, ASK))))].sort();
}

/** A page of the users that the side of an application tells, which has to be there. */
export async function usersOf({ users }: Directory, application: string, page: PageRequest): Promise<Page<User>> {
  return present(await one(users.ofApplications([application], page, ASK_USER)));
}

/** The same of a group's members. */
export async function membersOf(
  { users }: Directory,
  ref: GroupRef,
  page: PageRequest,
  role: GroupRole | null = null,
): Promise<Page<Member>> {
  return present(await one(users.ofGroups([ref], page, role, ASK_USER)));
}

/** What is told of something that is there. */
export function present<T>(told: T | null): T {
  if (told === null) throw new Error("It is said not to be there.");
  return told;
}

/** What a user shows, in plain words. */
export function showUser(user: User): Shown {
  const { id, username, name, email, status, customData, econtext, cloudFoundry } = user;
  const { organization, organizationAdmin } = econtext ?? {};
  const { admin, active, defaultSpace } = cloudFoundry ?? {};
  return {
    id,
    username,
    name,
    email,
    status,
    customData,
    organization: organization && nameOf(organization),
    organizationAdmin,
    admin,
    active,
    defaultSpace: defaultSpace && nameOf(defaultSpace),
  };
}

/** Without what moves by itself: the times. */
export type Shown = Readonly<
  Record<
    | "id"
    | "username"
    | "name"
    | "email"
    | "status"
    | "customData"
    | "organization"
    | "organizationAdmin"
    | "admin"
    | "active"
    | "defaultSpace",
    unknown
  >
>;

/** The same directory and a fresh one: whoever reads next must see what was written. */
export async function eachDirectory(
  examinee: Examinee,
  same: Directory,
  check: (directory: Directory) => Promise<void>,
): Promise<void> {
  await check(same);
  await check(examinee.open());
}
