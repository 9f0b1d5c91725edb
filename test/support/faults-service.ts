import type { Socket } from "node:net";
import { type Behaviour, type FaultyUpstream, faultyUpstream, type Received } from "../http/faulty-upstream.ts";

/** In every byte sequence that a service plants here: no response of ours may hold it. */
export const MARKER = "planted-by-the-service";

export const ASKED = ["read", "creation", "change"] as const;
/** A GET, a POST, and a PUT that may be repeated. */
export type Asked = (typeof ASKED)[number];

export type Wire = Readonly<Record<string, unknown>>;

/** One dialect, as far as it is spoken here. */
export interface Speech {
  readonly dialect: string;
  /** Of the service. */
  readonly name: string;
  /** Of the service's URL. */
  readonly path: string;
  /** The field of the graph that asks for the user with this id. */
  ask(asked: Asked, id: string): string;
  /** The user's record. */
  record(id: string): Wire;
  /** The same with a value of another type in each field but the id. */
  misshape(record: Wire): Wire;
  /** The same with more in it, where the dialect keeps what it does not know. */
  extend(record: Wire, value: unknown): Wire;
  /** The body that shows a record. */
  wrap(record: unknown): unknown;
}

const USER_OF = { directory: "id name status", cloud: "id name: username status" } as const;
const PAYLOAD = (service: keyof typeof USER_OF) => `{ user { ${USER_OF[service]} } errors { code } }`;

export const ECONTEXT: Speech = {
  dialect: "econtext",
  name: "directory",
  path: "/api",
  ask(asked, id) {
    switch (asked) {
      case "read":
        return `user(id: "User:directory:${id}") { ${USER_OF.directory} }`;
      case "creation":
        return `createUser(input: { econtext: { email: "ada@example.com", password: "a long one", name: "Ada" } }) ${PAYLOAD("directory")}`;
      case "change":
        return `updateUser(input: { id: "User:directory:${id}", econtext: { name: "Ada" } }) ${PAYLOAD("directory")}`;
    }
  },
  record: (id) => ({
    id,
    email: "ada@example.com",
    username: "ada",
    name: "Ada",
    status: "ENABLED",
    custom_data: {},
    applications: [],
    groups: [],
    apikeys: [],
  }),
  misshape: ({ id, ...rest }) => ({ id, ...misshapeEach(rest) }),
  extend: (record, value) => ({ ...record, custom_data: value }),
  wrap: (user) => ({ econtext: { result: { user }, elapsed: 8.65e-5 } }),
};

export const CLOUD_FOUNDRY: Speech = {
  dialect: "cloud-foundry-v2",
  name: "cloud",
  path: "",
  ask(asked, id) {
    switch (asked) {
      case "read":
        return `user(id: "User:cloud:${id}") { ${USER_OF.cloud} }`;
      case "creation":
        return `createUser(input: { cloudFoundry: { guid: "${id}" } }) ${PAYLOAD("cloud")}`;
      case "change":
        return `updateUser(input: { id: "User:cloud:${id}", cloudFoundry: { admin: true } }) ${PAYLOAD("cloud")}`;
    }
  },
  record: (guid) => ({
    metadata: { guid, url: `/v2/users/${guid}`, created_at: "2016-06-08T16:41:37Z", updated_at: null },
    entity: { admin: true, active: true, username: "Ada", default_space_guid: null },
  }),
  misshape: (record) => {
    const { metadata, entity } = record as { metadata: Wire; entity: Wire };
    return { metadata: { ...misshapeEach(metadata), guid: metadata["guid"] }, entity: misshapeEach(entity) };
  },
  extend: (record, value) => ({ ...record, entity: { ...(record["entity"] as Wire), extra: value } }),
  wrap: (resource) => resource,
};

/** What the graph shows of a user whom this dialect told as it should. */
export function userOf({ name }: Speech, id: string) {
  return { id: `User:${name}:${id}`, name: "Ada", status: "ENABLED" };
}

function misshapeEach(fields: Wire): Wire {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, misshape(value)]));
}

function misshape(value: unknown): unknown {
  if (typeof value === "string" || value === null) return { [MARKER]: 7 };
  if (typeof value === "boolean") return MARKER;
  return Array.isArray(value) ? MARKER : [MARKER];
}

/** The id that a request is about: that of its path, or else of whoever is created. */
export function idIn({ target }: Received): string {
  return /\/users\/(?:user\/)?(?!user$)([^/?]+)/.exec(target)?.[1] ?? "ada";
}

/** The body that a request should be answered with. */
export function rightBody(speech: Speech, request: Received): string {
  return JSON.stringify(speech.wrap(speech.record(idIn(request))));
}

/** A whole response of HTTP, with the marker wherever nobody has to understand it. */
export function respond(status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(headOf(status, { "content-length": String(bytes.length), ...headers })), bytes]);
}

export function headOf(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ server: MARKER, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${MARKER}\r\n${lines.join("")}\r\n`;
}

/** Answers as it should. */
export function rightly(speech: Speech): Behaviour {
  return (socket, request) => socket.write(respond(200, rightBody(speech, request)));
}

/** A service that misbehaves until it is told otherwise. */
export interface FaultyService extends Pick<FaultyUpstream, "url" | "requests" | "open" | "close"> {
  /** Bytes that it could get rid of so far: what nobody reads stays where it is. */
  readonly sentBytes: number;
  /** From now on it does this; undefined where nobody can reach it. */
  readonly turn?: (behaviour: Behaviour) => void;
}

export async function startService(speech: Speech, misbehave: Behaviour): Promise<FaultyService> {
  let behave = misbehave;
  const sockets = new Set<Socket>();
  const upstream = await faultyUpstream((socket, request) => {
    sockets.add(socket);
    behave(socket, request);
  });
  return {
    url: upstream.url + speech.path,
    requests: upstream.requests,
    get open() {
      return upstream.open;
    },
    get sentBytes() {
      return [...sockets].reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0);
    },
    turn: (next) => (behave = next),
    close: () => upstream.close(),
  };
}
