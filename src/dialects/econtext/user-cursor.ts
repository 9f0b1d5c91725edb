import { readPosition, unknownCursor } from "../../domain/page.ts";

/** Begins the cursors of E2's list. */
export const OFFSET = "o";

/** Where a page of all users begins, as far as its cursor tells. */
export interface UserCursor {
  /** Made for E2's list, which alone is read in parts. */
  readonly isOffset: boolean;
  /** How many users of that list lie before the page. */
  readonly offset: number;
}

/** @throws Refusal for a cursor that no list of users gives out */
export function readUserCursor(after: string | null): UserCursor {
  if (after?.startsWith(OFFSET)) return { isOffset: true, offset: readPosition(after.slice(OFFSET.length)) };
  if (after !== null && !after.startsWith("e")) throw unknownCursor();
  return { isOffset: false, offset: 0 };
}

/** @throws Refusal for a cursor that no search gives out */
export function checkSearchCursor(after: string | null): void {
  if (after !== null && !after.startsWith("s")) throw unknownCursor();
}
