import type { Shape } from "./planted.ts";
import {
  garnish,
  headOf,
  hiddenFields,
  isBodiless,
  isObject,
  isSecretField,
  rightAnswer,
  utf8,
  wrap,
} from "./planted-answers.ts";
import type { Json, Occasion, RawAnswer } from "./planted-answers.ts";

/** Answers that are wrong in some way, full of secrets. */
export interface Hostile {
  readonly name: string;
  /** @returns undefined where there is no such answer to this request */
  answer(occasion: Occasion): RawAnswer | undefined;
}

type Leaf = (key: string, value: unknown, occasion: Occasion) => unknown;

const KEEP = Symbol("as it is");
const isId = (key: string) => key === "id" || key === "guid" || key.endsWith("_guid") || key === "application";
const isText = (key: string, value: unknown) => typeof value === "string" && !isId(key) && !isSecretField(key);
const plantIn = ({ planted }: Occasion, shape: Shape, key: string) =>
  planted.plant(shape, `field ${key}, of the wrong type`);

/** Right in form, and wrong in what stands at one kind of field. */
const TWISTS: Readonly<Record<string, Leaf>> = {
  "objects for texts": (key, value, at) => (isText(key, value) ? { value: plantIn(at, "bcrypt", key) } : KEEP),
  "lists for texts": (key, value, at) => (isText(key, value) ? [plantIn(at, "password", key)] : KEEP),
  "numbers for texts": (key, value, at) => (isText(key, value) ? at.planted.plantNumber(`field ${key}`) : KEEP),
  "texts for numbers, truths and custom data": (key, value, at) =>
    typeof value === "number" || typeof value === "boolean" || key === "custom_data" || key === "data"
      ? plantIn(at, "jwtSecret", key)
      : KEEP,
  "texts for instants and states": (key, _, at) =>
    /(?:_at|status|state|^url)$/.test(key) ? plantIn(at, "pythonStack", key) : KEEP,
  "links to a port of an internal host": (key, value, { planted }) =>
    key === "href" && typeof value === "string"
      ? `http://${planted.plant("host", "field href")}:8080/${pathOf(value)}`
      : KEEP,
  "links to an internal host": (key, value, { planted }) =>
    key === "href" && typeof value === "string"
      ? `https://${planted.plant("host", "field href")}/${pathOf(value)}`
      : KEEP,
  "objects for ids": (key, value, at) =>
    isId(key) && typeof value === "string" ? { value: plantIn(at, "apiKeySecret", key) } : KEEP,
  "objects for lists": (key, value, at) =>
    Array.isArray(value) && key !== "data" ? { [plantIn(at, "token", key)]: value } : KEEP,
  "strangers in lists": (key, value, at) =>
    Array.isArray(value) && key !== "data"
      ? [at.planted.plantNumber(`list ${key}`), [plantIn(at, "password", key)]]
      : KEEP,
  "lists for objects": (key, value, at) =>
    isObject(value) && key !== "econtext" && key !== "result" ? [plantIn(at, "sql", key)] : KEEP,
  "a text for a record": (key, _, at) =>
    ["user", "apikey", "metadata", "entity", "resources"].includes(key) ? plantIn(at, "rubyStack", key) : KEEP,
  "a text for the result": (key, _, at) => (key === "result" || key === "metadata" ? plantIn(at, "bearer", key) : KEEP),
  "a text for the envelope": (key, _, at) =>
    key === "econtext" || key === "entity" ? plantIn(at, "basic", key) : KEEP,
  "custom data beyond all depth": (key, _, { planted }) => {
    if (key !== "custom_data" && key !== "data") return KEEP;
    let deep: unknown = planted.plant("password", "deep custom data");
    for (let level = 0; level < 150; level++) deep = { [planted.plant("token", "a key of deep custom data")]: deep };
    return key === "data" ? [{ key: "deep", value: deep }] : deep;
  },
};

const pathOf = (href: string) => href.replace(/^https?:\/\/[^/]+\//, "").replace(/^\/+/, "");

function twist(value: unknown, leaf: Leaf, occasion: Occasion): unknown {
  if (Array.isArray(value)) return value.map((element) => twist(element, leaf, occasion));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const twisted = leaf(key, inner, occasion);
      if (twisted !== KEEP) return [key, twisted];
      return [key, key === "custom_data" || key === "data" ? inner : twist(inner, leaf, occasion)];
    }),
  );
}

const twists: readonly Hostile[] = Object.entries(TWISTS).map(([name, leaf]) => ({
  name,
  answer(occasion) {
    const { planted, status, body } = occasion;
    if (body === undefined) return undefined;
    const twisted = garnish(twist(body, leaf, occasion), hiddenFields(planted));
    return wrap(planted, { status, body: JSON.stringify(twisted) });
  },
}));

/** Another record than the one asked for, where one is asked for by its id. */
const stranger: Hostile = {
  name: "another record",
  answer({ planted, asked, status, body }) {
    const record = body && readRecord(body);
    if (record === undefined || !asked.startsWith("GET ")) return undefined;
    const id = planted.plant("token", "another's id");
    const other =
      "metadata" in record
        ? { ...record, metadata: { ...(record["metadata"] as Json), guid: id } }
        : {
            econtext: {
              result: Object.fromEntries(
                Object.entries(record).map(([key, value]) => [key, { ...(value as Json), id }]),
              ),
            },
          };
    return wrap(planted, { status, body: JSON.stringify(garnish(other, hiddenFields(planted))) });
  },
};

/** A body of Cloud Foundry's, or a result of eContext's, that holds one record and no list. */
function readRecord(body: Json): Json | undefined {
  if (isObject(body["metadata"])) return body;
  const result = isObject(body["econtext"]) ? body["econtext"]["result"] : undefined;
  return isObject(result) && Object.values(result).every(isObject) ? result : undefined;
}

const HTML = (secret: string) => `<html><head><title>502</title></head><body><h1>${secret}</h1><hr>nginx</body></html>`;

/** Bodies that are called a success, and are no answer at all. */
const GARBAGE: Readonly<Record<string, (occasion: Occasion) => string>> = {
  "a page of HTML": ({ planted }) => HTML(planted.plant("host", "HTML")),
  "plain text": ({ planted }) => planted.plant("pythonStack", "plain text"),
  "half of it": (at) => {
    const text = JSON.stringify({ ...at.body, ...hiddenFields(at.planted), end: "x".repeat(40) });
    return text.slice(0, -20);
  },
  "JSON and more": ({ planted, body }) =>
    `${JSON.stringify(body ?? {})}${planted.plant("sql", "text behind the JSON")}`,
  "a text of JSON": ({ planted }) => JSON.stringify(planted.plant("bcrypt", "a text of JSON")),
  "a number of JSON": ({ planted }) => String(planted.plantNumber("a number of JSON")),
  "a list of JSON": ({ planted }) => JSON.stringify([hiddenFields(planted)]),
  "another object": ({ planted }) => JSON.stringify(hiddenFields(planted)),
  "a bare word": ({ planted }) => planted.plant("token", "a bare word"),
  "keys without quotes": ({ planted }) => `{password: ${planted.plant("token", "broken JSON")}}`,
  "an unpaired surrogate": ({ planted }) =>
    `{"econtext": "\\ud800${planted.plant("password", "a broken text")}", "metadata": "\\ud800"}`,
  nothing: () => "",
};

const garbage: readonly Hostile[] = Object.entries(GARBAGE).map(([name, write]) => ({
  name,
  answer: (occasion) => wrap(occasion.planted, { status: 200, body: write(occasion) }),
}));

const STATUSES = [
  ...[201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308],
  ...[400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 422, 423, 429, 431, 451],
  ...[500, 501, 502, 503, 504, 505, 507, 511, 520, 599],
];

type ErrorBody = (occasion: Occasion, status: number) => string;

/** As both kinds of services write errors, and whatever stands before them. */
const ERROR_BODIES: readonly ErrorBody[] = [
  ({ planted }, status) => {
    const plant = (shape: Shape, field: string) => planted.plant(shape, `error's ${field}`);
    return JSON.stringify({
      econtext: {
        result: {},
        status: `${status} ${plant("token", "status")}`,
        error: plant("sql", "error"),
        errorcode: plant("token", "errorcode"),
        traceback: plant("pythonStack", "traceback"),
        ...hiddenFields(planted),
      },
      error: { title: `${status} ${plant("realm", "title")}`, description: plant("bcrypt", "description") },
      code: plant("token", "code"),
      error_code: `CF-${plant("token", "error_code")}`,
      description: plant("email", "description"),
      http: { uri: plant("url", "uri"), method: "GET", status: plant("token", "http.status") },
      errors: [
        {
          detail: plant("rubyStack", "detail"),
          title: plant("password", "title"),
          code: planted.plantNumber("error's code"),
        },
      ],
      backtrace: [plant("rubyStack", "backtrace"), plant("javaScriptStack", "backtrace")],
      types: [plant("token", "types")],
    });
  },
  ({ planted }) => HTML(planted.plant("rubyStack", "HTML")),
  ({ planted }) => planted.plant("javaScriptStack", "plain text"),
  ({ planted, asked, authorization }) =>
    JSON.stringify({ description: `${asked} ${authorization} ${planted.plant("password", "an echo")}`, code: 10001 }),
];

const statuses: readonly Hostile[] = STATUSES.map((status, index) => ({
  name: `status ${status}`,
  answer(occasion) {
    // Which body comes with which status changes from request to request.
    const body = ERROR_BODIES[(index + occasion.asked.length) % ERROR_BODIES.length] as ErrorBody;
    return wrap(occasion.planted, { status, body: isBodiless(status) ? "" : body(occasion, status) });
  },
}));

/** Sentences that eContext's classifier knows, with what they really quote. */
const SENTENCES: readonly (readonly [status: number, sentence: string])[] = [
  [400, 'The "userid" parameter is invalid. {} User not found'],
  [400, 'The "email" parameter is invalid. A user with that email already exists: {}'],
  [400, 'The "{}" parameter is invalid. Group not found'],
  [400, "Couldn't find application ID {}"],
  [409, "User must be disabled before deletion is possible: {}"],
  [500, "User {} not found"],
  [500, "ApiKey {} not found"],
  [500, "(UserDoesNotExist({}), '{}')"],
  [500, "Organization not found: {}"],
  [500, "Attempting to deflate property 'email' on {'password': '{}'}: Invalid email"],
  [500, "Attempting to deflate property 'status' on {'password': '{}'}: Invalid choice"],
  [500, "Node(46) already exists with label `User` and property `email` = '{}'"],
  [500, "Node(46) already exists with label `Organization` and property `name` = '{}'"],
  [500, "Object of type set is not JSON serializable: {}"],
  [500, "Password must be at least 7 characters long: {}"],
];

export const econtextErrors: readonly Hostile[] = SENTENCES.map(([status, sentence]) => ({
  name: sentence,
  answer({ planted }) {
    const text = sentence.replaceAll("{}", () => planted.plant("bcrypt", "a sentence"));
    // Where nothing is said of the exception, `traceback` holds the sentence.
    const error =
      status === 500
        ? { error: text, traceback: `${text}\n${planted.plant("pythonStack", "traceback")}` }
        : { error: planted.plant("email", "error"), traceback: text };
    return wrap(planted, {
      status,
      body: JSON.stringify({ econtext: { result: {}, errorcode: `${status}`, ...error } }),
    });
  },
}));

/** The numbers that Cloud Foundry's classifier knows. */
const NUMBERS: readonly (readonly [status: number, code: number, name: string])[] = [
  [400, 1001, "CF-MessageParseError"],
  [400, 1002, "CF-InvalidRelation"],
  [500, 10001, "UnknownError"],
  [401, 10002, "CF-NotAuthenticated"],
  [403, 10003, "CF-NotAuthorized"],
  [400, 10005, "CF-BadQueryParameter"],
  [400, 10006, "CF-AssociationNotEmpty"],
  [429, 10013, "CF-RateLimitExceeded"],
  [400, 20001, "CF-UserInvalid"],
  [400, 20002, "CF-UaaIdTaken"],
  [404, 20003, "CF-UserNotFound"],
  [503, 20004, "CF-UaaUnavailable"],
  [404, 30003, "CF-OrganizationNotFound"],
  [403, 30006, "CF-LastUserInOrg"],
  [404, 40004, "CF-SpaceNotFound"],
  [404, 100004, "CF-AppNotFound"],
];

export const cloudFoundryErrors: readonly Hostile[] = [
  ...NUMBERS.map(([status, code, name]): Hostile => ({
    name,
    answer: ({ planted }) =>
      wrap(planted, {
        status,
        body: JSON.stringify({
          ...hiddenFields(planted),
          code,
          error_code: name,
          description: `The request is invalid: ${planted.plant("urlWithPassword", "description")}`,
        }),
      }),
  })),
  {
    name: "V2 endpoints disabled",
    answer: ({ planted }) =>
      wrap(planted, { status: 404, body: `V2 endpoints disabled ${planted.plant("host", "plain text")}` }),
  },
];

/** What happens at the socket. All of them send secrets first. */
const FAULTS: Readonly<Record<string, (occasion: Occasion) => RawAnswer>> = {
  "a reset inside the body": (at) => ({ ...torn(at), ending: "reset" }),
  "an end inside the body": (at) => ({ ...torn(at), ending: "end" }),
  "an end inside a body of known length": ({ planted }) => ({
    bytes: headOf(planted, 200, "application/json", ["Content-Length: 100000"]) + JSON.stringify(hiddenFields(planted)),
    ending: "end",
  }),
  "an end inside the headers": ({ planted }) => ({
    bytes: headOf(planted, 200, "application/json", []).slice(0, -2),
    ending: "end",
  }),
  "a chunk of no size": ({ planted }) => ({
    bytes: `${headOf(planted, 200, "application/json", ["Transfer-Encoding: chunked"])}${planted.plant("token", "chunk size")}\r\n\r\n`,
    ending: "end",
  }),
  "another protocol": ({ planted }) => ({ bytes: `SSH-2.0-${planted.plant("host", "a banner")}\r\n`, ending: "end" }),
  "a status line of nonsense": ({ planted }) => ({
    bytes: `HTTP/1.1 ${planted.plant("token", "status line")} OK\r\n\r\n`,
    ending: "end",
  }),
  "a header without a name": ({ planted }) => ({
    bytes: `HTTP/1.1 200 OK\r\n${planted.plant("password", "a header line")}\r\n: ${planted.plant("jwtSecret", "a header")}\r\n\r\n`,
    ending: "end",
  }),
  "headers without end": ({ planted }) => ({
    bytes: `HTTP/1.1 200 OK\r\n${Array.from({ length: 400 }, (_, index) => `X-${index}: ${planted.plant("bcrypt", "an endless header")}\r\n`).join("")}\r\n`,
    ending: "end",
  }),
  "early hints, then the right answer": (at) => ({
    bytes: `HTTP/1.1 103 ${at.planted.plant("token", "early hints")}\r\nLink: ${at.planted.plant("url", "early hints")}\r\n\r\n${rightAnswer(at).bytes}`,
  }),
  "another protocol's upgrade": ({ planted }) => ({
    bytes: headOf(planted, 101, "text/plain", ["Connection: Upgrade", `Upgrade: ${planted.plant("token", "upgrade")}`]),
    ending: "end",
  }),
  "a longer body than its length": ({ planted, status, body }) => {
    const text = JSON.stringify(body ?? {});
    return {
      bytes: `${headOf(planted, status === 204 ? 200 : status, "application/json", [`Content-Length: ${Buffer.byteLength(text)}`])}${utf8(text)}${planted.plant("pythonStack", "text behind the body")}`,
      ending: "end",
    };
  },
  "bytes that are not UTF-8": ({ planted }) => {
    const body = `{"econtext":"\xff\xfe${planted.plant("token", "invalid UTF-8")}"}`;
    return { bytes: headOf(planted, 200, "application/json", [`Content-Length: ${body.length}`]) + body };
  },
};

function torn({ planted, body }: Occasion): RawAnswer {
  const text = JSON.stringify({ ...body, ...hiddenFields(planted) });
  const head = headOf(planted, 200, "application/json", ["Transfer-Encoding: chunked"]);
  return { bytes: `${head}${(Buffer.byteLength(text) + 1000).toString(16)}\r\n${utf8(text)}` };
}

const faults: readonly Hostile[] = Object.entries(FAULTS).map(([name, answer]) => ({ name, answer }));

/** What any service may answer. */
export const anybodysAnswers: readonly Hostile[] = [...twists, stranger, ...garbage, ...statuses, ...faults];
