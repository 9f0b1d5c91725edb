import { randomBytes, randomUUID } from "node:crypto";

const KEY_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The id of an API key: 25 characters of 0-9 and A-Z, one for each byte. */
export function readKeyId(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 25), (byte) => KEY_LETTERS.charAt(byte % KEY_LETTERS.length)).join("");
}

export function newKeyId(): string {
  return readKeyId(randomBytes(25));
}

/** The secret of an API key: base64 of a UUID's text, 48 characters. */
export function newSecret(): string {
  return Buffer.from(randomUUID()).toString("base64");
}
