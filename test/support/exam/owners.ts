import { describe, expect, it } from "vitest";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import type { Answer } from "../../../src/domain/errors.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { GroupKind, GroupRole } from "../../../src/domain/group.ts";
import { EMPTY_PAGE, type Page } from "../../../src/domain/page.ts";
import { ASK_EVERYTHING, ASK_USER, idsOf, survey, told, UNADDRESSABLE, WHOLE } from "./asking.ts";
import { readFlags, sit, type SittingOptions } from "./examinee.ts";

const ROLES: readonly GroupRole[] = ["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR", "DEVELOPER"];
const KINDS: readonly GroupKind[] = ["GROUP", "ORGANIZATION", "SPACE"];

type UserPages = readonly Answer<Page<unknown> | null>[];

/** What has users of its own: their list tells whether it is there. */
export function examineOwners(dialect: Dialect, edition: string, options?: SittingOptions): void {
  const examinee = sit(dialect, edition, options);
  const fresh = () => examinee().open();
  const { kinds } = readFlags(dialect).groups;

  const owners = [
    {
      what: "an application",
      list: async (directory: Directory) => idsOf((await survey(directory)).applications),
      read: ({ users }: Directory, ids: readonly string[]): Promise<UserPages> =>
        users.ofApplications(ids, WHOLE, ASK_USER),
    },
    ...kinds.flatMap((kind) =>
      [null, ...ROLES].map((role) => ({
        what: `a group of the kind ${kind}, its members in ${role ?? "any role"}`,
        list: async (directory: Directory) => {
          const { groups } = await survey(directory);
          return idsOf(groups.filter((group) => group.kind === kind));
        },
        read: ({ users }: Directory, ids: readonly string[]): Promise<UserPages> =>
          users.ofGroups(
            ids.map((id) => ({ kind, id })),
            WHOLE,
            role,
            ASK_USER,
          ),
      })),
    ),
  ];

  describe.each(owners)("$what", ({ list, read }) => {
    it("that is there has a page of users, be there anybody on it or not", async () => {
      const ids = await list(fresh());
      for (const page of await read(fresh(), ids)) expect(told(page)).not.toBeNull();
      for (const id of ids) {
        let pages: UserPages = [];
        const asked = await examinee().asked(async () => {
          pages = await read(fresh(), [id]);
        });
        expect(pages).toHaveLength(1);
        expect(pages[0] === EMPTY_PAGE, "the empty page itself says that nobody was asked").toBe(asked.length === 0);
      }
    });

    it("that is not there has none, alone or beside one that is", async () => {
      const [there] = await list(fresh());
      const ids = ["nothing", ...(there === undefined ? [] : [there]), "nowhere", "nothing"];
      for (const keys of [["nothing"], ids]) {
        let pages: UserPages = [];
        const asked = await examinee().asked(async () => {
          pages = await read(fresh(), keys);
        });
        expect(pages).toHaveLength(keys.length);
        const isUnasked = asked.length === 0;
        for (const [index, id] of keys.entries()) {
          if (id === there) expect(told(pages[index])).not.toBeNull();
          // Nobody was asked for a role that the kind does not have: that tells nothing of the group.
          else expect(pages[index]).toBe(isUnasked && pages[index] === EMPTY_PAGE ? EMPTY_PAGE : null);
        }
      }
    });

    it("that cannot be asked for has none, and nobody is asked", async () => {
      const asked = await examinee().asked(async () => {
        expect(await read(fresh(), UNADDRESSABLE)).toEqual(UNADDRESSABLE.map(() => null));
        expect(await read(fresh(), [])).toEqual([]);
      });
      expect(asked).toEqual([]);
    });
  });

  it("of a kind that the service does not have is not there, and nobody is asked", async () => {
    const strange = KINDS.filter((kind) => !kinds.includes(kind));
    const [known] = (await survey(fresh())).groups;
    const asked = await examinee().asked(async () => {
      for (const kind of strange) {
        for (const id of [known?.id ?? "", "nothing"]) {
          expect(await fresh().users.ofGroups([{ kind, id }], WHOLE, null, ASK_EVERYTHING)).toEqual([null]);
        }
      }
    });
    expect(asked).toEqual([]);
  });
}
