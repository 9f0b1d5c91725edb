import type { Problem } from "../domain/errors.ts";
import type { GroupKind } from "../domain/group.ts";
import type { OpenService } from "../services/open-service.ts";
import { quote } from "./find.ts";
import { parseGlobalId } from "./global-id.ts";

/**
 * Reads one id inside an input.
 * @param path relative to the draft
 * @returns the upstream's own id
 */
export type ReadReference = (
  text: string,
  path: readonly string[],
  type: "Application" | "Group",
  kind?: GroupKind,
) => string;

/**
 * Reads ids inside an input: a global id of this service, type and kind, or, with no colon in it, the upstream's own.
 * What is wrong is added to the problems; the text itself then stands in for the id, so that places in lists stay.
 */
export function readReference(home: OpenService, problems: Problem[]): ReadReference {
  return (text, path, type, kind) => {
    if (!text.includes(":")) return text;
    const global = parseGlobalId(text);
    if (
      global?.type === type &&
      global.service === home.service.name &&
      (global.type !== "Group" || kind === undefined || global.kind === kind)
    ) {
      return global.id;
    }
    const what = type === "Application" ? "an Application" : `a Group of kind ${kind ?? "any"}`;
    problems.push({
      code: "INVALID",
      path,
      message: `Expected the id of ${what} of the service \`${home.service.name}\`; found ${quote(text)}.`,
    });
    return text;
  };
}
