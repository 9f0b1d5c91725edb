import { randomUUID } from "node:crypto";
import type { Plugin } from "graphql-yoga";

export const REQUEST_ID_HEADER = "x-request-id";
/** What is taken from a caller goes into logs and to the services. */
const FIT = /^[\w.:-]{1,128}$/;

const ids = new WeakMap<Request, string>();

/** By which a request is known in our log and in the services' logs: the one it came with, or a new one. */
export function requestIdOf(request: Request): string {
  let id = ids.get(request);
  if (id === undefined) {
    id = chooseRequestId(request.headers.get(REQUEST_ID_HEADER));
    ids.set(request, id);
  }
  return id;
}

/** @param given what the request came with; null or undefined: nothing */
export function chooseRequestId(given: string | null | undefined): string {
  return given != null && FIT.test(given) ? given : randomUUID();
}

/** Tells the caller the id of the request, whatever the answer is. */
export function answerRequestId(): Plugin {
  return {
    onResponse({ request, response }) {
      response.headers.set(REQUEST_ID_HEADER, requestIdOf(request));
    },
  };
}
