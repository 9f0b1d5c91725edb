import { readFileSync } from "node:fs";
import { USER_RECORD, type Ask, type RecordNeeds, type UserNeeds } from "../../../src/domain/ask.ts";
import { fillRoute } from "../../../src/http/route.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../../src/http/send.ts";
import { Applications } from "../../../src/dialects/cloud-foundry-v2/applications.ts";
import { Groups } from "../../../src/dialects/cloud-foundry-v2/groups.ts";
import { Limits } from "../../../src/dialects/cloud-foundry-v2/limits.ts";
import { Session } from "../../../src/dialects/cloud-foundry-v2/session.ts";
import { Users } from "../../../src/dialects/cloud-foundry-v2/users.ts";

export const SERVICE = { name: "cloud", dialect: "cloud-foundry-v2", url: "https://api.cf.example.com" };

/** As the service names a request by itself. */
export const REQUEST_ID = "5e1d7c2e-70f2-4c0e-9a4e-3d0a6f0b8c11";

export interface Scripted {
  readonly status?: number;
  readonly body?: unknown;
  /** Instead of a body that is JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a path with its query, percent-encoded as it would travel. */
export type Script = (path: string, request: UpstreamRequest) => Scripted;

export interface Scene {
  readonly users: Users;
  readonly groups: Groups;
  readonly applications: Applications;
  readonly session: Session;
  readonly requests: UpstreamRequest[];
  /** `GET /v2/users?page=1`, decoded. */
  readonly calls: string[];
}

/** A directory over a service that follows a script, and what was sent to it. */
export function play(script: Script, limits = new Limits()): Scene {
  const requests: UpstreamRequest[] = [];
  const calls: string[] = [];
  const send: Send = (request) => {
    requests.push(request);
    const path = fillRoute(request);
    calls.push(`${request.method} ${decodeURIComponent(path)}`);
    return Promise.resolve(respond(script(path, request)));
  };
  const session = new Session(SERVICE, send, limits);
  return {
    users: new Users(session),
    groups: new Groups(session),
    applications: new Applications(session),
    session,
    requests,
    calls,
  };
}

export function respond({ status = 200, body, text, headers = {} }: Scripted): UpstreamResponse {
  return {
    status,
    json: body,
    text: text ?? (body === undefined ? "" : JSON.stringify(body)),
    header: (name) => headers[name],
  };
}

interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
}

export function exchange(name: string): Exchange {
  const file = new URL(`../../exchanges/cloud-foundry-v2/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Exchange;
}

/** A service that gives the recorded answers, whatever the query. */
export function replay(...names: readonly string[]): Scene {
  const exchanges = names.map(exchange);
  return play((path, { method }) => {
    const found = exchanges.find(({ request }) => request.method === method && request.path === path.split("?")[0]);
    if (found === undefined) throw new Error(`Nothing was recorded of ${method} ${path}.`);
    const { status, headers, body } = found.response;
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    return { status, body, headers: Object.fromEntries(lower) };
  });
}

export const ASK: Ask<UserNeeds & RecordNeeds> = { needs: USER_RECORD, for: ["Query.test"] };

export function asking(needs: Partial<UserNeeds>): Ask<UserNeeds> {
  return { needs: { ...USER_RECORD, ...needs }, for: ["Query.test"] };
}

export const EVERY = { kind: null, role: null } as const;

export function first(count: number, after: string | null = null) {
  return { first: count, after };
}

export interface Wire {
  readonly metadata: { readonly guid: string };
  readonly entity: Record<string, unknown>;
}

export function wire(guid: string, entity: Record<string, unknown> = {}): Wire {
  return { metadata: { guid }, entity };
}

export function listOf(resources: readonly unknown[], total = resources.length) {
  return { total_results: total, total_pages: 1, prev_url: null, next_url: null, resources };
}

export function fault(status: number, code: number, name: string): Scripted {
  return { status, body: { code, error_code: name, description: "hunter2 planted" } };
}

export function guids(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
