import type { People } from "../../src/sandbox/people.ts";

/** Who asks through a router, and what of the people a service shows to nobody else. */
export interface Caller {
  readonly name: string;
  /** The headers that are meant for usergraph alone. */
  readonly headers: Readonly<Record<string, string>>;
}

export const ADA = caller("ada");
export const BRAM = caller("bram");
export const CALLERS = [ADA, BRAM] as const;

/** Nobody knows these. */
export const STRANGER: Caller = {
  name: "stranger",
  headers: {
    authorization: `Basic ${btoa("stranger:secret-of-a-stranger")}`,
    "x-cloud-authorization": "bearer secret-none",
  },
};

function caller(name: string): Caller {
  return {
    name,
    headers: {
      authorization: `Basic ${btoa(`${name}:secret-of-${name}`)}`,
      "x-cloud-authorization": `bearer secret-token-of-${name}`,
    },
  };
}

/** The people as a service shows them to this caller: under names and addresses that say to whom. */
export function peopleFor({ name }: Caller, people: People): People {
  return {
    ...people,
    users: people.users.map((user) => ({
      ...user,
      name: `${user.name} for ${name}`,
      email: user.email.replace("@", `@${name}.`),
    })),
  };
}

/** Whatever must not be shown to anybody who did not send it. */
export const SECRETS: readonly string[] = [...CALLERS, STRANGER].flatMap(({ headers }) =>
  Object.values(headers).map((value) => value.split(" ")[1] ?? value),
);
