import { randomUUID } from "node:crypto";
import type { SandboxService } from "../dialect.ts";
import type { Reply } from "./sandbox/call.ts";
import { identify } from "./sandbox/caller.ts";
import { ApiError } from "./sandbox/errors.ts";
import { VERSION, describeApi, describeRoot } from "./sandbox/info.ts";
import { readQuery } from "./sandbox/query.ts";
import { findHandler } from "./sandbox/routes.ts";
import { Store } from "./sandbox/store.ts";

/** Bytes of a request line: what the nginx in front of the Cloud Controller takes. */
const MAX_REQUEST_LINE = 8 * 1024;

/**
 * A Cloud Controller in memory that speaks API v2 as of version 2.293.0, with the keys that are younger than the recorded
 * exchanges (`username`, isolation segments, `log_rate_limit`). Not in it: creating, changing and deleting organizations,
 * spaces and apps; their summaries; jobs (`async` is ignored); lists of what it has none of (routes, domains, events);
 * rate limits; and what needs a UAA that fails or has several origins. The three tokens that see everything belong to
 * nobody, so that no row of theirs is among the users.
 */
export const sandbox: SandboxService = {
  name: "cloud",
  path: "",
  example: "/v2/users",
  credentials: { bearer: "sandbox-admin" },
  // "off": as most platforms are by now, with v2 switched off.
  editions: [VERSION, "off"],
  serve(people, { edition = VERSION }) {
    const store = new Store(people);
    const isOn = edition !== "off";
    return async (request) => {
      const url = new URL(request.url);
      const line = `${request.method} ${url.pathname}${url.search} HTTP/1.1`;
      if (line.length > MAX_REQUEST_LINE) return new Response(TOO_LONG, { status: 414, headers: HTML });
      const path = url.pathname.split("/").slice(1);
      if (!isOn && path[0] === "v2" && url.pathname !== "/v2/info") {
        return new Response("V2 endpoints disabled", { status: 404, headers: TEXT });
      }
      const text = await request.text();
      return respond(answer(request, url, path, text, store, isOn), requestId(request.headers));
    };
  },
};

const HTML = { "Content-Type": "text/html" };
const TEXT = { "Content-Type": "text/plain" };
const TOO_LONG = [
  "<html>",
  "<head><title>414 Request-URI Too Large</title></head>",
  "<body>",
  "<center><h1>414 Request-URI Too Large</h1></center>",
  "<hr><center>nginx</center>",
  "</body>",
  "</html>",
  "",
].join("\r\n");

function answer(
  request: Request,
  { origin, pathname, search }: URL,
  path: readonly string[],
  text: string,
  store: Store,
  isOn: boolean,
): Reply | ApiError {
  try {
    const { method } = request;
    if (method === "GET" && pathname === "/") return { status: 200, body: describeRoot(origin, isOn) };
    if (method === "GET" && pathname === "/v2/info") return { status: 200, body: describeApi(isOn) };
    const segments = path[0] === "v2" ? decode(path.slice(1)) : undefined;
    const handler = segments && findHandler(method, segments);
    if (!handler) return new ApiError("NotFound");
    const caller = identify(store, request.headers.get("Authorization"));
    const [, guid = "", , other = ""] = segments;
    return handler({ caller, query: readQuery(search), text, guid, other });
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Undefined for a path that no route can have. A guid may hold a `/`, so that it is decoded after splitting. */
function decode(segments: readonly string[]): string[] | undefined {
  if (segments.includes("")) return undefined;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function respond(reply: Reply | ApiError, id: string): Response {
  const headers = new Headers({ "X-VCAP-Request-ID": id, "X-Content-Type-Options": "nosniff" });
  const { status, body } = reply;
  if (body === undefined) return new Response(null, { status, headers });
  headers.set("Content-Type", "application/json;charset=utf-8");
  if ("location" in reply) headers.set("Location", toAscii(reply.location));
  // The server writes for people to read, and ends its errors with a newline.
  return new Response(JSON.stringify(body, null, 2) + (reply instanceof ApiError ? "\n" : ""), { status, headers });
}

/** A sent id, reduced to what may stand in a log, and one of our own. */
function requestId(headers: Headers): string {
  const sent = headers.get("X-VCAP-Request-ID") ?? headers.get("X-Request-ID") ?? "";
  const clean = sent.replaceAll(/[^\w-]/g, "").slice(0, 255);
  return clean === "" ? randomUUID() : `${clean}::${randomUUID()}`;
}

/** A guid may be any text, a header only ASCII. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}
