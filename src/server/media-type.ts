/** How an answer is sent: which of the two a client gets, it says itself. */
export type MediaType = "application/json" | "application/graphql-response+json";

const KNOWN = new Map<string, MediaType | undefined>();
/** Clients of one kind send the same header: a few are worth remembering, and no more than that. */
const MOST_KNOWN = 64;
const LONGEST_KNOWN = 256;

/**
 * The media type of an answer, chosen as Yoga chooses it: the first one named that we have.
 * @param accept the request's header; undefined where it has none
 * @returns undefined where none of both is asked for
 */
export function chooseMediaType(accept: string | undefined): MediaType | undefined {
  if (accept === undefined || accept === "" || accept === "application/json") return "application/json";
  let chosen = KNOWN.get(accept);
  if (chosen !== undefined || KNOWN.has(accept)) return chosen;
  chosen = choose(accept);
  if (accept.length > LONGEST_KNOWN) return chosen;
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  KNOWN.set(accept, chosen);
  return chosen;
}

function choose(accept: string): MediaType | undefined {
  // No media type has two, and what Yoga makes of one that has is its own affair.
  if (/\/[^,]*\//.test(accept)) return undefined;
  for (const one of accept.replace(/\s/g, "").toLowerCase().split(",")) {
    const [name, ...parameters] = one.split(";");
    const charset = parameters.find((parameter) => parameter.includes("charset=")) ?? "charset=utf-8";
    if (charset !== "charset=utf-8") continue;
    if (name === "application/graphql-response+json") return name;
    if (name === "application/json" || name === "application/*" || name === "*/*" || name === "*/json")
      return "application/json";
    if (name === "*/graphql-response+json") return "application/graphql-response+json";
  }
  return undefined;
}
