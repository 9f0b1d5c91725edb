import type { Credentials } from "../config/settings.ts";

/** A caller's header, by its name in lower case; null where there is none. */
export type CallerHeaders = (name: string) => string | null;

/**
 * How the value of `Authorization` for one service is found. Made once for a service: what the configuration gives is
 * encoded here, and not with every request.
 * @param encodeBasic how the parts of Basic credentials are written, where the service has its own way
 * @returns null where the caller brought none
 */
export function credentialReader(
  credentials: Credentials,
  encodeBasic: (part: string) => string = (part) => part,
): (header: CallerHeaders) => string | null {
  if ("forward" in credentials) return (header) => sendable(header(credentials.forward));
  const value =
    "bearer" in credentials
      ? `bearer ${credentials.bearer}`
      : basic(credentials.basic.username, credentials.basic.password);
  return () => value;

  function basic(username: string, password: string): string {
    return `Basic ${Buffer.from(`${encodeBasic(username)}:${encodeBasic(password)}`).toString("base64")}`;
  }
}

/** What a caller has to do who brought no credential. */
export function credentialHint(credentials: Credentials): string {
  return "forward" in credentials ? `send the header \`${credentials.forward}\`` : "the configuration has to give them";
}

/**
 * Servers let no control character through in a header; should one slip by, it must not reach another request's head.
 * Neither Basic nor bearer credentials have a comma in them: it stands where a caller, or somebody on the way, sent the
 * header twice, and nobody could say whose credential counts.
 */
function sendable(value: string | null): string | null {
  if (value === null || value === "") return null;
  return UNSENDABLE.test(value) ? null : value;
}

const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]|,/;
