import { listOf, wire, type Script, type Scripted, type Wire } from "./scripted-send.ts";

/** Who belongs where, by relation, and what runs in which space. */
export interface Foundation {
  readonly users: readonly string[];
  /** Of each user: the groups of each relation. */
  readonly relations: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Of each space: its apps. */
  readonly apps: Readonly<Record<string, readonly string[]>>;
}

/** The few rules that matter for reading: pages, filters by parent, and what is inlined. */
export function found({ users, relations, apps }: Foundation): Script {
  const appsOf = (space: string) =>
    (apps[space] ?? []).map((guid, at) => ({
      metadata: { guid, created_at: creationOf(String(at)) },
      entity: { name: guid, space_guid: space },
    }));
  const groupsOf = (user: string, relation: string, withApps: boolean) =>
    (relations[user]?.[relation] ?? []).map((guid) => {
      const inlined = withApps && relation.endsWith("spaces") ? appsOf(guid) : undefined;
      // No order is promised for these.
      const entity =
        inlined !== undefined && inlined.length <= 50 ? { name: guid, apps: inlined.toReversed() } : { name: guid };
      return { metadata: { guid, created_at: creationOf(guid) }, entity };
    });
  const userOf = (guid: string, query: URLSearchParams) => {
    const entity: Record<string, unknown> = { username: guid };
    const names = query.get("include-relations")?.split(",") ?? [];
    const depth = Number(query.get("inline-relations-depth") ?? 0);
    for (const name of depth > 0 ? names : []) {
      const groups = groupsOf(guid, name, depth > 1 && names.includes("apps"));
      if (groups.length <= 50 && name !== "apps") entity[name] = groups.toReversed();
    }
    return wire(guid, entity);
  };
  return (path) => {
    const url = new URL(path, "http://cf");
    const [, , collection, guid, relation] = url.pathname.split("/");
    const query = url.searchParams;
    if (collection === "users" && guid === undefined)
      return page(
        users.map((one) => userOf(one, query)),
        query,
      );
    if (collection === "users" && guid !== undefined) {
      if (!users.includes(guid)) return missing;
      return relation === undefined ? { body: userOf(guid, query) } : page(groupsOf(guid, relation, false), query);
    }
    if (collection === "spaces" && guid !== undefined && relation === "apps") return page(appsOf(guid), query);
    if (collection === "apps") {
      const [, values = ""] = /^space_guid(?::| IN )(.*)$/.exec(query.get("q") ?? "") ?? [];
      const wanted = values.split(",");
      // In the order of their ids, which is not that of the spaces.
      const all = Object.keys(apps)
        .filter((space) => wanted.includes(space))
        .reverse()
        .flatMap(appsOf);
      return page(all, query);
    }
    throw new Error(`This foundation does not know ${path}.`);
  };
}

/** Groups are created in the order of their numbers, apps in that of their space, one each second. */
function creationOf(guid: string): string {
  return new Date(Date.UTC(2016, 5, 8) + Number(/\d*$/.exec(guid)?.[0]) * 1000).toISOString();
}

const missing: Scripted = { status: 404, body: { code: 20003, error_code: "CF-UserNotFound", description: "" } };

function page(all: readonly Wire[], query: URLSearchParams): Scripted {
  const size = Number(query.get("results-per-page") ?? 50);
  const start = (Number(query.get("page") ?? 1) - 1) * size;
  return { body: listOf(all.slice(start, start + size), all.length) };
}
