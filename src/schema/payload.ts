import { Refusal, type Problem } from "../domain/errors.ts";
import { builder } from "./builder.ts";

const InputErrorCodeType = builder.enumType("InputErrorCode", {
  description: "What is wrong with an input.",
  values: {
    INVALID: { description: "The value is missing, malformed, too short, or of the wrong kind." },
    TAKEN: { description: "The upstream already has one: a user with this email or guid." },
    NOT_FOUND: { description: "The id names nothing in that service." },
    CONFLICT: {
      description: "The upstream's present state forbids it, as deleting a user that is not DISABLED.",
    },
    UNSUPPORTED: { description: "This service's dialect has no such thing." },
  } as const,
});

export const InputErrorType = builder.objectRef<Problem>("InputError").implement({
  description: "What the caller can mend. Everything else is a GraphQL error with `extensions.code`.",
  fields: (t) => ({
    code: t.expose("code", { type: InputErrorCodeType, nullable: false, description: "What to do about it." }),
    message: t.exposeString("message", { nullable: false, description: "For people to read; the words may change." }),
    path: t.stringList({
      nullable: { list: false, items: false },
      description:
        'The argument\'s path, outermost first, a list\'s element by its index: ["input", "econtext", "applications", "1"].',
      resolve: ({ path }) => [...path],
    }),
  }),
});

/** What a mutation answers: what it made or changed, or what the caller has to mend. */
export type Payload<Result> = Result & { readonly errors: readonly Problem[] };

/** Runs a mutation; what the caller can mend becomes data, everything else stays an error. */
export async function payload<Result extends object>(
  empty: Result,
  run: () => Promise<Result>,
): Promise<Payload<Result>> {
  try {
    return { ...(await run()), errors: [] };
  } catch (error) {
    if (error instanceof Refusal) return { ...empty, errors: error.problems };
    throw error;
  }
}
