/** Makes load in a process of its own, so that nothing else of the run slows it down. */
import { makeLoad, type Load, type Outcome } from "./load.ts";

/** Requests are sent once and then known by their name: to send them before each slice would be work of its own. */
export type LoadQuestion =
  { readonly name: string; readonly requests: Load["requests"] } | ({ readonly name: string } & Omit<Load, "requests">);

const known = new Map<string, Load["requests"]>();

process.on("message", async (question: LoadQuestion) => process.send?.(await answer(question)));
process.on("disconnect", () => process.exit());

async function answer(question: LoadQuestion): Promise<Outcome | null> {
  if ("requests" in question) {
    known.set(question.name, question.requests);
    return null;
  }
  return makeLoad({ ...question, requests: known.get(question.name) ?? [] });
}
