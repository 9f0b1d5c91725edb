import { settle } from "../../domain/answers.ts";
import type { Coordinates } from "../../domain/ask.ts";
import { isDirectoryError } from "../../domain/errors.ts";
import { chainPages, EMPTY_PAGE } from "../../domain/page.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { isAddressable } from "./address.ts";
import type { GroupRecord } from "./group.ts";
import { Once } from "./once.ts";
import { pageByName, refuseBehindCut } from "./order.ts";
import type { Reader, WholeList } from "./reader.ts";

/** The lists of both kinds, in the order in which they are read as one. */
export const BOTH_KINDS = [{ key: "groups" }, { key: "organizations" }] as const;

/**
 * One page of all groups. E2 lists its first 25 by name and no more: those behind them its applications tell, for each
 * group belongs to one. They are asked when a page reaches there, or when somebody wants to know whether one would.
 * Either part is in our order by itself, for the order by which E2 cuts need not be ours.
 * @throws Refusal `UNSUPPORTED` for a page behind the 25th where the applications cannot be listed either
 */
export async function listGroups(reader: Reader, page: PageRequest, asks: Coordinates): Promise<Page<GroupRecord>> {
  const listed = await reader.groups(asks, 1);
  const others = new Once<readonly GroupRecord[] | null>();
  const readOthers = () => others.get(() => groupsBehind(reader, listed, asks));
  const sources = [
    {
      key: "listed",
      read: async (part: PageRequest) => {
        const found = pageByName(listed.records, part);
        const isLast = found.items.length > 0 && found.items.length < part.first;
        if (!isLast) return found;
        // What can be read is not lost with what cannot: only the next page is refused, or fails.
        const behind = await settle(readOthers);
        return behind === null || isDirectoryError(behind) ? { ...found, hasNext: true } : found;
      },
    },
    {
      key: "behind",
      // In a complete list, too: it may have become one since the page before.
      read: async (part: PageRequest) => {
        const groups = await readOthers();
        if (groups === null) throw refuseBehindCut("groups", listed.records.length);
        return groups.length === 0 ? EMPTY_PAGE : pageByName(groups, part);
      },
    },
  ];
  return { ...(await chainPages(sources, page)), total: null };
}

/** The groups that E2 does not list. Null: nobody can tell all of them. */
async function groupsBehind(
  reader: Reader,
  listed: WholeList<GroupRecord>,
  asks: Coordinates,
): Promise<readonly GroupRecord[] | null> {
  if (listed.complete) return [];
  const { records: applications, complete } = await reader.applications(asks, 1);
  if (!complete || !applications.every(({ id }) => isAddressable(id))) return null;
  const lists = await Promise.all(applications.map(({ id }) => reader.groupsOfApplication(id, asks)));
  const others = new Map<string, GroupRecord>();
  for (const list of lists) {
    if (list === null) return null;
    for (const group of list) others.set(group.id, group);
  }
  for (const { id } of listed.records) others.delete(id);
  return [...others.values()];
}
