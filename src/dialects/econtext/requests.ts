import type { ApiKeyRef } from "../../domain/api-key.ts";
import type { Coordinates } from "../../domain/ask.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import type { RequestById } from "./calls.ts";

/** How each read is worded, for those who send it and those who plan it. */

export function getUser(id: string, asks: Coordinates): RequestById {
  return getById("/users/user/{id}", id, asks);
}

/** @param keys how many look-ups the list answers */
export function getUsers(limit: number, offset: number, asks: Coordinates, keys = 1): UpstreamRequest {
  return { ...get("/users", asks, keys), query: pageQuery(limit, offset) };
}

/** @param text as `writeSearch` or `searchById` words it */
export function getUsersFound(text: string, asks: Coordinates, keys = 1): UpstreamRequest {
  return { ...get("/users/search/{text}", asks, keys), params: { text } };
}

export function getApplication(id: string, asks: Coordinates): RequestById {
  return getById("/applications/application/{id}", id, asks);
}

export function getApplications(asks: Coordinates, keys: number): UpstreamRequest {
  return get("/applications", asks, keys);
}

export function getUsersOfApplication(id: string, asks: Coordinates): RequestById {
  return getById("/applications/application/{id}/users", id, asks);
}

export function getGroupsOfApplication(id: string, asks: Coordinates): RequestById {
  return getById("/applications/application/{id}/groups", id, asks);
}

export function getGroup(id: string, asks: Coordinates): RequestById {
  return getById("/groups/group/{id}", id, asks);
}

export function getGroups(asks: Coordinates, keys: number): UpstreamRequest {
  return get("/groups", asks, keys);
}

export function getUsersOfGroup(id: string, asks: Coordinates): RequestById {
  return getById("/groups/group/{id}/users", id, asks);
}

export function getOrganization(id: string, asks: Coordinates): RequestById {
  return getById("/organizations/organization/{id}", id, asks);
}

export function getOrganizations(limit: number, offset: number, asks: Coordinates): UpstreamRequest {
  return { ...get("/organizations", asks), query: pageQuery(limit, offset) };
}

export function getUsersOfOrganization(id: string, asks: Coordinates): RequestById {
  return getById("/organizations/organization/{id}/users", id, asks);
}

export function getApiKey({ user, id }: ApiKeyRef, asks: Coordinates): RequestById {
  return { ...get("/users/user/{user}/apikey/{id}", asks), params: { user, id } };
}

function getById(route: string, id: string, asks: Coordinates): RequestById {
  return { ...get(route, asks), params: { id } };
}

function get(route: string, asks: Coordinates, keys = 1): UpstreamRequest {
  return { method: "GET", route, for: asks, keys };
}

function pageQuery(limit: number, offset: number): readonly (readonly [string, string])[] {
  return [
    ["limit", String(limit)],
    ["offset", String(offset)],
  ];
}
