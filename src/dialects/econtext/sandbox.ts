import type { SandboxService } from "../dialect.ts";
import { Fault } from "./sandbox/errors.ts";
import { isLogin, OPERATOR } from "./sandbox/login.ts";
import type { Json } from "./sandbox/render.ts";
import type { Method, Resource } from "./sandbox/routes.ts";
import { checkArguments, findRoute, methodsOf, resourcesOf } from "./sandbox/routes.ts";
import type { Edition } from "./sandbox/store.ts";
import { Store } from "./sandbox/store.ts";

const PATH = "/api";
const EDITIONS: readonly Edition[] = ["E1", "E0", "E2"];

/**
 * The eContext Auth API over data in memory, as its documentation and its code show it: with its odd spellings, its
 * errors and its traps. E1 is tag 1.0.4 of the server, E0 its first documentation (id strings inside users), E2 the
 * rewritten server of tag 2.0.1.
 *
 * One may call it with the operator's account, or with the login of any user.
 */
export const sandbox: SandboxService = {
  name: "directory",
  path: PATH,
  example: "/users",
  credentials: { basic: OPERATOR },
  editions: EDITIONS,
  serve(people, options) {
    const edition = EDITIONS.find((name) => name === (options.edition ?? "E1"));
    if (edition === undefined) throw new RangeError(`The eContext sandbox has no edition "${options.edition ?? ""}".`);
    const store = new Store(people, edition);
    const resources = resourcesOf(edition);
    return (request) => answer(store, resources, request);
  },
};

async function answer(store: Store, resources: readonly Resource[], request: Request): Promise<Response> {
  const start = performance.now();
  const url = new URL(request.url);
  const route = url.pathname.startsWith(`${PATH}/`) ? findRoute(resources, url.pathname.slice(PATH.length)) : undefined;
  // The login comes before the route: a stranger does not learn which paths there are.
  if (!route?.resource.open && !isLogin(store, request.headers.get("authorization"))) {
    const error = { title: "401 Unauthorized", description: "Authentication required" };
    return reply(401, { error }, { "www-authenticate": 'Basic realm="eContext Authentication"' });
  }
  if (route === undefined) return reply(404, undefined, { "content-length": "0" });

  const envelope = (content: Json) => ({ econtext: { ...content, elapsed: (performance.now() - start) / 1000 } });
  const { resource, ids } = route;
  const methods = methodsOf(resource);
  const { method } = request;
  if (method === "OPTIONS") return reply(200, envelope({ result: null }), { allow: methods.join(", ") });
  const handler = methods.includes(method) ? resource[method as Method] : undefined;
  if (handler === undefined) {
    const body = method === "HEAD" ? undefined : envelope({ result: null });
    return reply(405, body, { allow: [...methods, "OPTIONS"].join(", ") });
  }
  const text = await request.text();
  try {
    checkArguments(route, method as Method);
    const [first = "", second = ""] = ids;
    return reply(200, envelope({ result: handler(store, { ids: [first, second], query: url.searchParams, text }) }));
  } catch (error) {
    if (error instanceof Fault) return reply(error.status, envelope(error.toJSON()));
    throw error;
  }
}

function reply(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Response(text, { status, headers: { "content-type": "application/json; charset=UTF-8", ...headers } });
}
