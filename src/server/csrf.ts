import { createGraphQLError, type Plugin } from "graphql-yoga";

/** Sending any of these makes a browser ask first: no page of another origin can do so in secret. */
const HEADERS = ["x-graphql-yoga-csrf", "apollo-require-preflight", "x-apollo-operation-name"];
/** What a form, an image or a script of any page can send without being asked. */
const SIMPLE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(?:;|$)/i;

/**
 * Refuses requests that a page of another origin could make a browser send: a POST whose content type is a form's, or
 * is missing. Where the configuration holds a service's credentials, such a request would carry their rights.
 * GET needs no check, since it cannot mutate and its answer cannot be read from another origin.
 */
export function preventCsrf(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== "POST") return;
      const type = request.headers.get("content-type");
      if (type !== null && type !== "" && !SIMPLE.test(type)) return;
      if (HEADERS.some((name) => request.headers.has(name))) return;
      throw createGraphQLError(
        "This request could have been sent by another site's page. Send `content-type: application/json`.",
        { extensions: { code: "BAD_USER_INPUT", http: { status: 403 } } },
      );
    },
  };
}
