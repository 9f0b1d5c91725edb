import type { UpstreamResponse } from "../../http/send.ts";
import { isObject } from "./wire.ts";

/** Words of the service's: to be matched, never to be passed on, for they may hold password hashes and stacks. */
export interface Complaint {
  /** What it has to say: the exception's text in a 500, whose `traceback` is a stack; else a sentence for people. */
  readonly sentence: string;
  readonly everything: string;
}

/** Takes `error` as text or as object, inside the envelope or, as in a 401, without one. */
export function readComplaint({ status, json }: UpstreamResponse): Complaint {
  const body = isObject(json) && isObject(json.econtext) ? json.econtext : json;
  if (!isObject(body)) return { sentence: "", everything: "" };
  const error = textIn(isObject(body.error) ? body.error.message : body.error);
  const traceback = textIn(body.traceback);
  return { sentence: status === 500 || traceback === "" ? error : traceback, everything: `${error}\n${traceback}` };
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
