import { authenticateWithMemory } from "./authenticate.ts";
import type { Handler } from "./call.ts";
import * as apiKeys1 from "./e1/api-keys.ts";
import * as applications1 from "./e1/applications.ts";
import * as groups1 from "./e1/groups.ts";
import * as memberships1 from "./e1/memberships.ts";
import { searchUsers as searchUsers1 } from "./e1/search.ts";
import * as users1 from "./e1/users.ts";
import * as apiKeys2 from "./e2/api-keys.ts";
import * as applications2 from "./e2/applications.ts";
import * as groups2 from "./e2/groups.ts";
import * as memberships2 from "./e2/memberships.ts";
import * as organizations2 from "./e2/organizations.ts";
import { searchUsers as searchUsers2 } from "./e2/search.ts";
import * as users2 from "./e2/users.ts";
import { crash } from "./errors.ts";
import type { Edition } from "./store.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

type Methods = Partial<Record<Method, Handler>>;

export interface Resource extends Methods {
  /** The path; `{}` stands for an id. */
  readonly path: string;
  /**
   * The parameter's name, where the server answers for this path and for the one with an id behind it: POST is meant for
   * the first, the others for the second, and what is asked of the wrong one fails.
   */
  readonly item?: string;
  /** Needs no login. */
  readonly open?: boolean;
}

/** A resource of its edition that a path names. */
export interface Route {
  readonly resource: Resource;
  readonly ids: readonly string[];
}

/** One server's resources. */
export function resourcesOf(edition: Edition): readonly Resource[] {
  const graph = edition === "E2";
  const users = graph ? users2 : users1;
  const applications = graph ? applications2 : applications1;
  const groups = graph ? groups2 : groups1;
  const memberships = graph ? memberships2 : memberships1;
  const apiKeys = graph ? apiKeys2 : apiKeys1;
  const status = graph ? { "mapper-name": "neo4j", "mapper-connection": true } : { rethinkdb: true };
  const resources: (Resource | false)[] = [
    { path: "ping", open: true, GET: () => ({ ping: "pong" }) },
    { path: "status", open: graph, GET: () => status },
    { path: "authenticate", POST: authenticateWithMemory() },
    { path: "users", GET: users.listUsers },
    { path: "users/search/{}", GET: graph ? searchUsers2 : searchUsers1 },
    {
      path: "users/user",
      item: "userid",
      POST: users.createUser,
      GET: users.getUser,
      PUT: users.updateUser,
      DELETE: users.deleteUser,
    },
    {
      path: "users/user/{}/application/{}",
      POST: memberships.attachApplication,
      DELETE: memberships.detachApplication,
    },
    { path: "users/user/{}/group/{}", POST: memberships.attachGroup, DELETE: memberships.detachGroup },
    {
      path: "users/user/{}/apikey",
      item: "apikeyid",
      POST: apiKeys.createApiKey,
      GET: apiKeys.getApiKey,
      PUT: apiKeys.updateApiKey,
      DELETE: apiKeys.deleteApiKey,
    },
    { path: "applications", GET: applications.listApplications },
    {
      path: "applications/application",
      item: "appid",
      POST: applications.createApplication,
      GET: applications.getApplication,
      PUT: applications.updateApplication,
      DELETE: applications.deleteApplication,
    },
    { path: "applications/application/{}/users", GET: applications.listApplicationUsers },
    // From tag 1.0.0 on.
    edition !== "E0" && { path: "applications/application/{}/groups", GET: applications.listApplicationGroups },
    { path: "groups", GET: groups.listGroups },
    {
      path: "groups/group",
      item: "groupid",
      POST: groups.createGroup,
      GET: groups.getGroup,
      PUT: groups.updateGroup,
      DELETE: groups.deleteGroup,
    },
    { path: "groups/group/{}/users", GET: groups.listGroupUsers },
    graph && { path: "organizations", GET: organizations2.listOrganizations },
    graph && {
      path: "organizations/organization",
      item: "orgid",
      POST: organizations2.createOrganization,
      GET: organizations2.getOrganization,
      PUT: organizations2.updateOrganization,
      DELETE: organizations2.deleteOrganization,
    },
    graph && { path: "organizations/organization/{}/users", GET: organizations2.listOrganizationUsers },
  ];
  return resources.filter((resource) => resource !== false);
}

/**
 * @param path still percent-encoded, below the base path; one slash at its end is nothing
 * @returns undefined where there is no such path, or an id in it has a slash in it, encoded or not
 */
export function findRoute(resources: readonly Resource[], path: string): Route | undefined {
  const segments = path
    .replace(/^\/|\/$/g, "")
    .split("/")
    .map(decode);
  for (const resource of resources) {
    const names = resource.path.split("/");
    if (resource.item !== undefined && segments.length === names.length + 1) names.push("{}");
    if (names.length !== segments.length) continue;
    const ids = segments.filter((_, index) => names[index] === "{}");
    const fits = names.every((name, index) => name === "{}" || name === segments[index]);
    if (fits) return ids.some((id) => id.includes("/")) ? undefined : { resource, ids };
  }
  return undefined;
}

/** @throws Fault 500 where the number of ids is not the method's: an argument that Python misses, or has left over */
export function checkArguments({ resource, ids }: Route, method: Method): void {
  if (resource.item === undefined) return;
  const hasItem = ids.length > resource.path.split("{}").length - 1;
  const responder = `on_${method.toLowerCase()}()`;
  if (hasItem && method === "POST") {
    throw crash(`${responder} got an unexpected keyword argument '${resource.item}'`);
  }
  if (!hasItem && method !== "POST") {
    throw crash(`${responder} missing 1 required positional argument: '${resource.item}'`);
  }
}

/** The methods as `Allow` lists them. */
export function methodsOf(resource: Resource): readonly string[] {
  return (["DELETE", "GET", "POST", "PUT"] as const).filter((method) => resource[method] !== undefined);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
