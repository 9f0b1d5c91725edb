import {
  addNamedToGroup,
  addToGroup,
  addToUser,
  listRoles,
  removeFromGroup,
  removeFromUser,
  removeNamedFromGroup,
} from "./assignments.ts";
import type { Call, Reply } from "./call.ts";
import { findReadable, show } from "./call.ts";
import { ApiError } from "./errors.ts";
import { LISTED, LIST_KINDS } from "./kinds.ts";
import { listKind, listRelated } from "./list.ts";
import { RELATIONS } from "./roles.ts";
import { createUser, deleteUser, summarizeUser, updateUser } from "./users.ts";

export type Handler = (call: Call) => Reply;

/** By method and path below `/v2`, with `:` in the place of guids. */
export const ROUTES: ReadonlyMap<string, Handler> = new Map([
  ...LISTED.flatMap(readers),
  ["POST users", createUser],
  ["PUT users/:", updateUser],
  ["DELETE users/:", deleteUser],
  ["GET users/:/summary", summarizeUser],
  ["GET organizations/:/user_roles", (call) => listRoles("organizations", call)],
  ["GET spaces/:/user_roles", (call) => listRoles("spaces", call)],
  ...RELATIONS.flatMap(writers),
]);

/** @returns the handler of a path, split and decoded; undefined where there is none */
export function findHandler(method: string, segments: readonly string[]): Handler | undefined {
  const shape = segments.map((segment, index) => (index % 2 === 0 || isAction(method, index, segment) ? segment : ":"));
  return ROUTES.get(`${method} ${shape.join("/")}`);
}

/** The only word that stands where a guid does. */
function isAction(method: string, index: number, segment: string): boolean {
  return method === "POST" && index === 3 && segment === "remove";
}

function readers(kind: (typeof LISTED)[number]): [string, Handler][] {
  const below = LIST_KINDS[kind].toMany.flatMap((relation): [string, Handler][] => {
    const { name, kind: inner } = relation;
    if (inner === null) return [];
    const list: Handler = (call) => {
      const { caller, query, guid } = call;
      const rows = relation.rows(findReadable(kind, call), caller);
      return {
        status: 200,
        body: listRelated({ kind: inner, path: `/v2/${kind}/${guid}/${name}`, rows }, caller, query),
      };
    };
    return [[`GET ${kind}/:/${name}`, list]];
  });
  return [[`GET ${kind}`, listAll], [`GET ${kind}/:`, (call) => show(kind, findReadable(kind, call), call)], ...below];

  function listAll({ caller, query }: Call): Reply {
    if (kind === "users" && !caller.readsUsers) throw new ApiError("NotAuthorized");
    return { status: 200, body: listKind(kind, caller.store[kind].values(), caller, query) };
  }
}

function writers(relation: (typeof RELATIONS)[number]): [string, Handler][] {
  const below = `${relation.kind}/:/${relation.side}`;
  const handlers = {
    [`PUT users/:/${relation.name}/:`]: addToUser,
    [`DELETE users/:/${relation.name}/:`]: removeFromUser,
    [`PUT ${below}/:`]: addToGroup,
    [`DELETE ${below}/:`]: removeFromGroup,
    [`PUT ${below}`]: addNamedToGroup,
    [`POST ${below}/remove`]: removeNamedFromGroup,
    [`DELETE ${below}`]: removeNamedFromGroup,
  };
  return Object.entries(handlers).map(([route, handler]) => [route, (call) => handler(relation, call)]);
}
