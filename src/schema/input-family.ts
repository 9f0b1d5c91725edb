import { refuse } from "../domain/errors.ts";

/** What an input gives, of the one dialect that it names. */
export type Given<Econtext, CloudFoundry> =
  | { readonly family: "econtext"; readonly given: Econtext }
  | { readonly family: "cloudFoundry"; readonly given: CloudFoundry };

interface OneOfBoth<Econtext, CloudFoundry> {
  readonly econtext?: Econtext | null | undefined;
  readonly cloudFoundry?: CloudFoundry | null | undefined;
}

/**
 * The one dialect that an input gives; null counts as left out.
 * @throws Refusal for none and for both
 */
export function readFamily<Econtext extends object, CloudFoundry extends object>({
  econtext,
  cloudFoundry,
}: OneOfBoth<Econtext, CloudFoundry>): Given<Econtext, CloudFoundry> {
  if (econtext != null && cloudFoundry == null) return { family: "econtext", given: econtext };
  if (cloudFoundry != null && econtext == null) return { family: "cloudFoundry", given: cloudFoundry };
  const found = econtext == null ? "none" : "both";
  throw refuse("INVALID", ["input"], `Give exactly one of \`econtext\` and \`cloudFoundry\`; found ${found}.`);
}
