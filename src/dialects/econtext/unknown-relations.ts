import type { Coordinates } from "../../domain/ask.ts";
import type { Problem } from "../../domain/errors.ts";
import type { EcontextNewUser } from "../../domain/facets/econtext.ts";
import type { UpstreamResponse } from "../../http/send.ts";
import { readComplaint } from "./complaint.ts";
import { lookUpApplications, lookUpGroups } from "./look-up.ts";
import { notThere, UNKNOWN_RELATION } from "./problems.ts";
import type { Reader } from "./reader.ts";

/** Something that the draft names by its id. */
interface Named {
  readonly list: "applications" | "groups";
  readonly index: number;
  readonly id: string;
}

/** Which of the sent ids the service does not have. E1 names one, E2 none: then each is looked up. */
export async function findUnknown(
  reader: Reader,
  draft: EcontextNewUser,
  response: UpstreamResponse,
  asks: Coordinates,
): Promise<readonly Problem[]> {
  const sent = [...namedIn(draft, "applications"), ...namedIn(draft, "groups")];
  const named = findNamed(sent, readComplaint(response).sentence);
  const suspects = named.length > 0 ? named : sent;
  if (suspects.length === 1) return suspects.map(unknown);
  const missing = await findMissing(reader, suspects, asks);
  if (missing.length > 0) return missing.map(unknown);
  const [first] = suspects;
  const sameList = first !== undefined && suspects.every(({ list }) => list === first.list);
  return [{ ...UNKNOWN_RELATION, path: sameList ? [first.list] : [] }];
}

/**
 * Those that are known not to be there: an unknown group is a 500 in E1, which tells nothing. That something is missing
 * the service has said itself, so its lists are believed: a draft may name a hundred.
 */
async function findMissing(reader: Reader, suspects: readonly Named[], asks: Coordinates): Promise<readonly Named[]> {
  const idsIn = (list: Named["list"]) => suspects.filter((suspect) => suspect.list === list).map(({ id }) => id);
  const [applications, groups] = await Promise.all([
    lookUpApplications(reader, idsIn("applications"), asks, "LIST"),
    lookUpGroups(reader, idsIn("groups"), asks, "LIST"),
  ]);
  const answers = { applications: [...applications], groups: [...groups] };
  return suspects.filter(({ list }) => answers[list].shift() === null);
}

function namedIn(draft: EcontextNewUser, list: Named["list"]): readonly Named[] {
  const seen = new Set<string>();
  return draft[list].flatMap((id, index) => {
    if (seen.has(id)) return [];
    seen.add(id);
    return [{ list, index, id }];
  });
}

/** `Couldn't find application ID`, which E1 says of groups too. */
function findNamed(sent: readonly Named[], sentence: string): readonly Named[] {
  const tail = /Couldn't find (?:application|group)\s+(.*)$/is.exec(sentence)?.[1];
  if (tail === undefined) return [];
  const named = sent.filter(({ id }) => isWordOf(tail, id));
  const longest = Math.max(...named.map(({ id }) => id.length));
  return named.filter(({ id }) => id.length === longest);
}

/** Whether the text holds the id, not as a part of another. */
function isWordOf(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    if (!/[\w-]/.test(text.charAt(at - 1) + text.charAt(at + id.length))) return true;
  }
  return false;
}

function unknown({ list, index }: Named): Problem {
  return { ...notThere(list === "applications" ? "Application" : "Group", list), path: [list, String(index)] };
}
