import { Kind, locatedError, responsePathAsArray, type GraphQLResolveInfo } from "graphql";
import type { SchemaContext } from "./context.ts";
import type { Directory } from "../domain/directory.ts";
import { Refusal, refuseAll, type Problem } from "../domain/errors.ts";
import type { OpenService } from "../services/open-service.ts";
import type { FieldMap } from "@pothos/core";
import { builder, type Types } from "./builder.ts";
import { selectedNames } from "./needs.ts";

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

/** A payload: the fields of its own, and what the caller has to mend. */
export function payloadType<Result extends object>(
  name: string,
  description: string,
  fields: (t: PothosSchemaTypes.ObjectFieldBuilder<Types, Payload<Result>>) => FieldMap,
) {
  return builder.objectRef<Payload<Result>>(name).implement({
    description,
    fields: (t) => ({
      ...fields(t),
      errors: t.field({
        type: [InputErrorType],
        nullable: { list: false, items: false },
        description:
          "Everything that was found wrong with the input, at once. Empty: nothing was; the fields beside it tell what was done, or fail.",
        resolve: ({ errors }) => errors,
      }),
    }),
  });
}

/**
 * Runs a mutation; what the caller can mend becomes data, everything else stays an error. Payloads are not null: thrown
 * here, the error would take along what the mutations beside this one have answered, as the secret of a new API key,
 * which nobody is told twice. So where there are others, it is thrown by the fields that tell what was done or, where
 * none of them is selected, told beside the answer.
 */
export async function payload<Result extends object>(
  { failures, refused }: SchemaContext,
  info: GraphQLResolveInfo,
  empty: Result,
  run: () => Promise<Result>,
): Promise<Payload<Result>> {
  try {
    return { ...(await run()), errors: [] };
  } catch (error) {
    if (error instanceof Refusal) {
      refused?.push(...error.problems);
      return { ...empty, errors: error.problems };
    }
    if (isAlone(info)) throw error;
    const fields = Object.keys(empty);
    if (selectedNames(info).some((name) => fields.includes(name))) return failing<Result>(fields, error);
    failures.push(locatedError(error, info.fieldNodes, responsePathAsArray(info.path)));
    return { ...empty, errors: [] };
  }
}

/** Whether the operation has this one field. */
function isAlone({ operation }: GraphQLResolveInfo): boolean {
  const { selections } = operation.selectionSet;
  return selections.length === 1 && selections[0]?.kind === Kind.FIELD;
}

function failing<Result extends object>(fields: readonly string[], error: unknown): Payload<Result> {
  const payload = { errors: [] };
  const get = () => {
    throw error;
  };
  for (const field of fields) Object.defineProperty(payload, field, { get });
  return payload as unknown as Payload<Result>;
}

/** Writes to one service; what it refuses is told with paths that begin at `input`. */
export async function write<T>(
  home: OpenService,
  run: (directory: Directory) => Promise<T>,
  ...inside: readonly string[]
): Promise<T> {
  try {
    return await home.write(run);
  } catch (error) {
    throw error instanceof Refusal ? error.under("input", ...inside) : error;
  }
}

/**
 * Reads the parts of an input, and tells what is wrong with any of them at once.
 * @throws Refusal
 */
export function readAll<Parts extends readonly unknown[]>(...reads: { [At in keyof Parts]: () => Parts[At] }): Parts {
  const problems: Problem[] = [];
  const parts = reads.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  });
  refuseAll(problems);
  return parts as unknown as Parts;
}
