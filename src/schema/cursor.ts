import { hash } from "node:crypto";
import { unknownCursor } from "../domain/page.ts";

/** Raised whenever cursors are made differently: those of before are then refused, not misread. */
const VERSION = "1";

/**
 * A cursor that fits one list alone.
 * @param list all that makes the list what it is: its field, its owner, its filters
 * @param inner the cursor of the dialect
 */
export function sealCursor(list: string, inner: string): string {
  return Buffer.from(`${VERSION}${mark(list)}${inner}`, "utf8").toString("base64url");
}

/** @throws Refusal for a cursor of another list, another filter or another version */
export function openCursor(list: string, cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const head = `${VERSION}${mark(list)}`;
  if (!text.startsWith(head) || sealCursor(list, text.slice(head.length)) !== cursor) throw unknownCursor();
  return text.slice(head.length);
}

/**
 * The dialect's cursor, whichever list it is of.
 * @throws Refusal for what is no cursor of this version
 */
export function openAnyCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith(VERSION) || Buffer.from(text, "utf8").toString("base64url") !== cursor) throw unknownCursor();
  return text.slice(VERSION.length + MARK_LENGTH);
}

const MARK_LENGTH = 8;

/** Short: it guards against mistakes, not against forgers, who gain nothing. */
function mark(list: string): string {
  return hash("sha256", list, "base64url").slice(0, MARK_LENGTH);
}
