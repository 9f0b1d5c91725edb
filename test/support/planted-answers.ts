import type { Planted, Shape } from "./planted.ts";

/** Answers of a service with secrets in every place that the graph does not show, as bytes for a socket. */

export type Json = Readonly<Record<string, unknown>>;

/** How an answer ends that is not simply complete. */
type Ending = "end" | "reset";

export interface RawAnswer {
  /** A character for each byte. */
  readonly bytes: string;
  /** Left out: the connection stays open. */
  readonly ending?: Ending;
}

/** What a service was asked, and what it would rightly answer. */
export interface Occasion {
  readonly planted: Planted;
  /** `GET /api/users`, and the body behind it */
  readonly asked: string;
  readonly authorization: string;
  readonly status: number;
  /** Undefined where it has no body, or none of JSON. */
  readonly body: Json | undefined;
}

/** Headers in which secrets come; the connection's own aside. */
const HEADERS: readonly (readonly [name: string, shape: Shape])[] = [
  ["Server", "host"],
  ["Via", "host"],
  ["X-Powered-By", "host"],
  ["Set-Cookie", "cookie"],
  ["Set-Cookie", "bearer"],
  ["Location", "url"],
  ["Content-Location", "url"],
  ["Refresh", "url"],
  ["Link", "url"],
  ["WWW-Authenticate", "realm"],
  ["Proxy-Authenticate", "realm"],
  ["Authorization", "bearer"],
  ["X-Auth-Token", "basic"],
  ["X-Api-Key", "apiKeySecret"],
  ["X-Amz-Security-Token", "awsKey"],
  ["Warning", "sql"],
  ["Retry-After", "token"],
  ["ETag", "quoted"],
  ["X-Request-Id", "token"],
  ["X-Vcap-Request-Id", "token"],
  ["X-Correlation-Id", "jwtSecret"],
  ["X-RateLimit-Reset", "token"],
  ["Server-Timing", "token"],
  ["Access-Control-Allow-Origin", "host"],
  ["Content-Disposition", "email"],
  ["X-Debug-Password", "password"],
  ["X-Debug-Hash", "bcrypt"],
  ["X-Debug-Exception", "rubyStack"],
  ["X-Refresh-Token", "refreshToken"],
];

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

/** A complete answer with secrets in its reason phrase, its headers and its trailers. */
export function wrap(planted: Planted, { status, type = "application/json", body }: Answer): RawAnswer {
  const bodiless = isBodiless(status);
  const end = bodiless
    ? ""
    : `${Buffer.byteLength(body).toString(16)}\r\n${utf8(body)}\r\n${body === "" ? "" : "0\r\n"}X-Checksum: ${planted.plant("token", "trailer x-checksum")}\r\n\r\n`;
  return {
    bytes: headOf(planted, status, type, bodiless ? [] : ["Transfer-Encoding: chunked", "Trailer: X-Checksum"]) + end,
  };
}

export function headOf(planted: Planted, status: number, type: string, framing: readonly string[]): string {
  const headers = HEADERS.map(([name, shape]) => `${name}: ${planted.plant(shape, `header ${name.toLowerCase()}`)}`);
  return [
    `HTTP/1.1 ${status} ${planted.plant("token", "reason phrase")}`,
    `Content-Type: ${type}; profile="${planted.plant("token", "header content-type")}"`,
    `X-Upstream-Address: ${planted.plantAddress("header x-upstream-address")}`,
    ...headers,
    ...framing,
    "\r\n",
  ].join("\r\n");
}

/** What may stand beside the fields that the graph shows. */
export function hiddenFields(planted: Planted): Json {
  const plant = (shape: Shape, field: string) => planted.plant(shape, `field ${field}`);
  return {
    password: plant("password", "password"),
    password_hash: plant("bcrypt", "password_hash"),
    crypted_password: plant("scrypt", "crypted_password"),
    jwt_secret: plant("jwtSecret", "jwt_secret"),
    secret: plant("apiKeySecret", "secret"),
    encrypt_key: plant("hex", "encrypt_key"),
    access_token: plant("bearer", "access_token"),
    refresh_token: plant("refreshToken", "refresh_token"),
    credential: plant("basic", "credential"),
    private_key: plant("pem", "private_key"),
    pin: planted.plantNumber("field pin"),
    sessions: [{ cookie: plant("cookie", "sessions[].cookie") }],
    last_error: plant("pythonStack", "last_error"),
    debug: {
      host: plant("host", "debug.host"),
      address: planted.plantAddress("field debug.address"),
      sql: plant("sql", "debug.sql"),
    },
    environment_json: {
      DATABASE_URL: plant("urlWithPassword", "environment_json"),
      AWS_ACCESS_KEY_ID: plant("awsKey", "environment_json"),
    },
    docker_credentials: { username: "x", password: plant("password", "docker_credentials") },
    command: plant("password", "command"),
    next_url: plant("url", "next_url"),
    contact: plant("email", "contact"),
    [plant("token", "a key")]: null,
  };
}

/** These are secrets whoever has them. */
const SECRET_FIELDS = ["jwt_secret", "secret", "environment_json", "docker_credentials", "command", "next_url"];
/** Custom data is shown, but for what the newest eContext mixes into it. */
const PUBLIC_FIELDS = ["custom_data", "data"];
const MIXED_IN = ["company_name", "encrypt_id", "company_id"];

/** The same body with the hidden fields beside those that are shown, in every object. */
export function garnish(value: unknown, hidden: Json): unknown {
  if (Array.isArray(value)) return value.map((element) => garnish(element, hidden));
  if (!isObject(value)) return value;
  const own = Object.entries(value).map(([key, inner]) => {
    if (isSecretField(key)) return [key, hidden[key]];
    if (!PUBLIC_FIELDS.includes(key)) return [key, garnish(inner, hidden)];
    const mixes = key === "custom_data" && isObject(inner) && "encrypt_id" in inner && isObject(value["organization"]);
    return [
      key,
      mixes ? { ...inner, ...Object.fromEntries(MIXED_IN.map((one) => [one, hidden["encrypt_key"]])) } : inner,
    ];
  });
  return { ...hidden, ...Object.fromEntries(own) };
}

/** The right answer, with all that a service should have kept to itself. */
export function rightAnswer({ planted, status, body }: Occasion): RawAnswer {
  const text = body === undefined ? "" : JSON.stringify(garnish(body, hiddenFields(planted)));
  return wrap(planted, { status, body: text });
}

export function isSecretField(key: string): boolean {
  return SECRET_FIELDS.includes(key);
}

export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** A text as a character for each of its bytes. */
export function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
