import type { Problem } from "../../domain/errors.ts";

interface Outcome {
  /** Whatever is refused, the caller wants to know that nothing was done. */
  readonly none: string;
  /** Nobody can tell: what may have been done all the same, and how to find out. */
  readonly open: string;
}

/** Everything that is written to the service, and what is said of it where it was not done, or may not have been. */
const OUTCOMES = {
  createUser: {
    none: "No user was created.",
    open: "The user may have been created: look it up by email before trying again.",
  },
  updateUser: {
    none: "Nothing was changed.",
    open: "The user may have been changed: read it before trying again.",
  },
  deleteUser: {
    none: "No user was deleted.",
    open: "The user may have been deleted: look it up before trying again.",
  },
  addToGroup: {
    none: "Nothing was changed.",
    open: "The user may be in the group now: read the user's `groups` before trying again.",
  },
  removeFromGroup: {
    none: "Nothing was changed.",
    open: "The user may be out of the group now: read the user's `groups` before trying again.",
  },
  addToApplication: {
    none: "Nothing was changed.",
    open: "The user may be in the application now: read the user's `applications` before trying again.",
  },
  removeFromApplication: {
    none: "Nothing was changed.",
    open: "The user may be out of the application now: read the user's `applications` before trying again.",
  },
  createApiKey: {
    none: "No API key was created.",
    open: "A key whose secret nobody knows may have been created: read the user's `apiKeys` before trying again.",
  },
  updateApiKey: {
    none: "Nothing was changed.",
    open: "The key may have been changed: read it before trying again.",
  },
  deleteApiKey: {
    none: "No API key was deleted.",
    open: "The key may have been deleted: look it up before trying again.",
  },
} as const satisfies Readonly<Record<string, Outcome>>;

export type Write = keyof typeof OUTCOMES;

/** How to find out whether it was done. */
export function sayOpen(write: Write): string {
  return OUTCOMES[write].open;
}

/** The same problem, telling that nothing was done. */
export function sayNone(write: Write, problem: Problem): Problem {
  return { ...problem, message: `${problem.message} ${OUTCOMES[write].none}` };
}
