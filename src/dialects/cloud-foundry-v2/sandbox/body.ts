import { ApiError } from "./errors.ts";
import { RELATIONS, singular } from "./roles.ts";
import type { RelationName } from "./roles.ts";

/** The body of `POST /v2/users` and `PUT /v2/users/:guid`. */
export interface UserMessage {
  readonly admin: boolean | undefined;
  readonly defaultSpaceGuid: string | undefined;
  /** What each relation is to become; the others stay as they are. */
  readonly groups: readonly (readonly [RelationName, readonly string[]])[];
}

/** The body of a call that names its user: `{"username":"ada@example.com","origin":"uaa"}`. */
export interface NameMessage {
  readonly username: string;
  readonly origin: string | undefined;
}

export function readUserMessage(text: string): UserMessage {
  return readFields(text, userFields);
}

export function readNewUserMessage(text: string): UserMessage & { readonly guid: string } {
  return readFields(text, (field) => {
    const guid = field("guid", isString, "instance of String", "required") ?? "";
    return { guid, ...userFields(field) };
  });
}

export function readNameMessage(text: string): NameMessage {
  const { username, origin } = parseObject(text);
  return {
    username: isString(username) ? username : "",
    origin: isString(origin) && origin !== "" ? origin : undefined,
  };
}

type Field = <T>(
  name: string,
  is: (value: unknown) => value is T,
  expected: string,
  required?: "required",
) => T | undefined;

function userFields(field: Field): UserMessage {
  return {
    admin: field("admin", isBoolean, "true or false"),
    defaultSpaceGuid: field("default_space_guid", isString, "instance of String"),
    groups: RELATIONS.flatMap(({ name }) => {
      const guids = field(`${singular(name)}_guids`, isStrings, "instance of Array of String");
      return guids === undefined ? [] : [[name, guids] as const];
    }),
  };
}

/** Reads the fields of a body and names every one that is wrong. A null counts as absent, unknown ones are ignored. */
function readFields<T>(text: string, read: (field: Field) => T): T {
  const body = parseObject(text);
  const problems: string[] = [];
  const message = read((name, is, expected, required) => {
    const value = Object.hasOwn(body, name) ? (body[name] ?? undefined) : undefined;
    if (value === undefined) {
      if (required) problems.push(`Field: ${name}, Error: Missing field ${name}`);
      return undefined;
    }
    if (is(value)) return value;
    problems.push(`Field: ${name}, Error: Expected ${expected}`);
    return undefined;
  });
  if (problems.length > 0) throw new ApiError("MessageParseError", problems.join(", "));
  return message;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError("MessageParseError", "invalid request body");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ApiError("MessageParseError", "invalid request body");
  }
  return body as Readonly<Record<string, unknown>>;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isString);
}
