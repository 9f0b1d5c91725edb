/**
 * The service's JSON. Only `id` is safe in every edition, and it alone is checked before a record is built on it:
 * everything else is when it is read.
 */
export interface WireRecord {
  readonly id: string;
  readonly name?: unknown;
  readonly description?: unknown;
  readonly status?: unknown;
  readonly href?: unknown;
  readonly custom_data?: unknown;
  /** E2: `custom_data` as a list of `{"key", "value"}`. */
  readonly data?: unknown;
  readonly created_at?: unknown;
  readonly modified_at?: unknown;
}

export interface WireUser extends WireRecord {
  readonly email?: unknown;
  readonly username?: unknown;
  /** Id strings (E0) or objects (E1, E2); absent from minimal users. Likewise the next two. */
  readonly applications?: unknown;
  readonly groups?: unknown;
  readonly apikeys?: unknown;
  /** E2, as the next two. */
  readonly organization?: unknown;
  readonly org_admin?: unknown;
  readonly password_modified_at?: unknown;
}

/** Holds `jwt_secret` too from tag 1.0.3 on: never read, never passed on. */
export type WireApplication = WireRecord;

export interface WireGroup extends WireRecord {
  /** Always an id string. */
  readonly application?: unknown;
}

export interface WireApiKey extends WireRecord {
  /** In the answer to the key's creation; passed on once, and kept by nobody. */
  readonly secret?: unknown;
}

export interface WireOrganization extends WireRecord {
  /** Minimal users, filled only in the organization's own GET. */
  readonly users?: unknown;
  readonly admins?: unknown;
}

/** What stands for a record inside another: its id alone (E0), or all of it. */
export type WireElement = string | WireRecord;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isRecord(value: unknown): value is WireRecord {
  return isObject(value) && typeof value.id === "string" && value.id !== "";
}

export function isElement(value: unknown): value is WireElement {
  return typeof value === "string" ? value !== "" : isRecord(value);
}

export function idOf(element: WireElement): string {
  return typeof element === "string" ? element : element.id;
}

/** A status that we know, UNKNOWN for any other text: E1 stores whatever it is sent. */
export function readStatus<Status extends string>(
  text: string | null,
  known: readonly Status[],
): Status | "UNKNOWN" | null {
  return text === null ? null : (known.find((status) => status === text) ?? "UNKNOWN");
}

/** Whether this came from an edition with organizations (E2): these keys are in all of its users, and in none before. */
export function isUserWithOrganization(user: object): boolean {
  return "organization" in user || "data" in user || "org_admin" in user;
}

/** The same of an application or a group. */
export function isRecordWithData(record: object): boolean {
  return "data" in record;
}

/**
 * What a user shows of the edition. Undefined: nothing, for a user without E2's keys shows an earlier edition only where
 * it is no minimal one.
 */
export function editionOfUser(user: object): boolean | undefined {
  return isUserWithOrganization(user) || ("applications" in user ? false : undefined);
}

/** The same of an application or a group. */
export function editionOfRecord(record: object): boolean | undefined {
  return isRecordWithData(record) || ("custom_data" in record ? false : undefined);
}

/** Whether users hold records in their relations, or ids alone. Undefined: these hold nothing. */
export function embedRecords(users: readonly WireUser[]): boolean | undefined {
  for (const { applications, groups, apikeys } of users) {
    for (const list of [applications, groups, apikeys]) {
      const element: unknown = Array.isArray(list) ? list.find(isElement) : undefined;
      if (element !== undefined) return typeof element !== "string";
    }
  }
  return undefined;
}
