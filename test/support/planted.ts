import { randomBytes, randomInt } from "node:crypto";

/**
 * Secrets to plant, each with a marker of its own in a shape that secrets really have, and the search that finds them:
 * whole or in part, as they are or encoded.
 */

/** Long enough not to turn up by chance in what is decoded, short enough to survive a quotation that is cut off. */
const PREFIX = "qz7kvx";
const DIGITS = "739151";
const NETWORK = "10.91";
const PATTERN = new RegExp(
  `${PREFIX}[a-z\\d]{0,10}|${DIGITS}\\d{2,8}|${NETWORK.replace(".", "\\.")}\\.\\d+\\.\\d+`,
  "gi",
);

const base64 = (text: string) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");

/** What a secret looks like around its marker. */
const SHAPES = {
  bcrypt: (marker: string) => `$2b$12$${marker}nHc0m2cPeQmJ7l0m3kXv1yQz9uWcR5tS4aB6d`,
  scrypt: (marker: string) => `SCRYPT:16384:8:1:${marker}==:c2NyeXB0`,
  password: (marker: string) => `Tr0ub4dor&3-${marker}!`,
  token: (marker: string) => marker,
  bearer: (marker: string) => `bearer ${base64url('{"alg":"HS256"}')}.${base64url(`{"sub":"${marker}"}`)}.${marker}`,
  refreshToken: (marker: string) => `${marker}-r`,
  basic: (marker: string) => `Basic ${base64(`operator:${marker}`)}`,
  jwtSecret: (marker: string) => `${marker}Hk3fQ0yZ1rT8uW2x`,
  apiKeySecret: (marker: string) => base64(`${marker}-4b1e-9c55-7d0a`),
  hex: (marker: string) => Buffer.from(marker).toString("hex"),
  cookie: (marker: string) => `session=${marker}; Path=/; HttpOnly`,
  pem: (marker: string) => `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA${marker}\n-----END RSA PRIVATE KEY-----`,
  pythonStack: (marker: string) =>
    `Traceback (most recent call last):\n  File "/srv/${marker}/models/user.py", line 46, in save\nException: ${marker}`,
  rubyStack: (marker: string) => `/var/vcap/${marker}/app/controllers/users.rb:46:in 'create': boom (RuntimeError)`,
  javaScriptStack: (marker: string) => `Error: boom\n    at save (/srv/${marker}/user.js:46:7)\n    at ${marker}`,
  host: (marker: string) => `db-1.${marker}.corp.internal`,
  url: (marker: string) => `http://auth.${marker}.corp.internal:8080/v2/users?page=2&token=${marker}`,
  urlWithPassword: (marker: string) => `postgres://ccadmin:${marker}@10.0.16.4:5524/ccdb`,
  sql: (marker: string) => `SELECT * FROM users WHERE email = 'x' AND crypted_password = '${marker}'`,
  awsKey: (marker: string) => `AKIA${marker.toUpperCase()}`,
  email: (marker: string) => `someone.else-${marker}@example.com`,
  quoted: (marker: string) => `"${marker}"`,
  realm: (marker: string) => `Basic realm="${marker} behind uaa.corp.internal"`,
} as const satisfies Readonly<Record<string, (marker: string) => string>>;

export type Shape = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly Shape[];

interface Secret {
  readonly marker: string;
  readonly what: string;
}

/** The secrets of one exchange. */
export class Planted {
  readonly #secrets = new Map<string, Secret>();
  readonly #outer: Planted | undefined;

  /** @param outer secrets that are planted for longer */
  constructor(outer?: Planted) {
    this.#outer = outer;
  }

  get count(): number {
    return this.#secrets.size;
  }

  /** @param where it is put, for whoever reads of a hit: `header etag` */
  plant(shape: Shape, where: string): string {
    const marker = PREFIX + randomBytes(5).toString("hex");
    this.#remember(marker, `${shape} in ${where}`);
    return SHAPES[shape](marker);
  }

  /** A number that nobody may see. */
  plantNumber(where: string): number {
    const marker = DIGITS + String(randomInt(10_000_000, 99_999_999));
    this.#remember(marker, `number in ${where}`);
    return Number(marker);
  }

  plantAddress(where: string): string {
    const marker = `${NETWORK}.${randomInt(256)}.${randomInt(256)}`;
    this.#remember(marker, `address in ${where}`);
    return `${marker}:5432`;
  }

  /** What of these secrets, or of anybody else's, is in a text, however it is encoded there. */
  find(text: string): readonly string[] {
    return Array.from(
      findMarkers(text),
      (found) => this.#recognize(found) ?? `a secret of another exchange (${found})`,
    );
  }

  /** Which of them are not in a text. */
  missing(text: string): readonly string[] {
    const found = findMarkers(text);
    return [...this.#secrets.values()].filter(({ marker }) => !found.has(marker)).map(({ what }) => what);
  }

  #remember(marker: string, what: string): void {
    this.#secrets.set(marker, { marker, what });
  }

  /** What it is, or of what it is a piece; undefined for a stranger. */
  #recognize(found: string): string | undefined {
    const known = this.#secrets.get(found);
    if (known !== undefined) return known.what;
    const whole = [...this.#secrets.values()].find(({ marker }) => marker.startsWith(found));
    if (whole !== undefined) return `a piece of ${whole.what}`;
    return this.#outer === undefined ? undefined : this.#outer.#recognize(found);
  }
}

/** How deep secrets may be wrapped: a token's claims in a cursor in a URL. */
const DEEPEST = 3;
/** A page of megabytes of scripts is searched as it is. */
const LONGEST_DECODED = 1024 * 1024;

function findMarkers(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  let views = new Set([text]);
  for (let depth = 0; depth <= DEEPEST && views.size > 0; depth++) {
    const next = new Set<string>();
    for (const view of views) {
      for (const [marker] of view.matchAll(PATTERN)) found.add(marker.toLowerCase());
      if (depth < DEEPEST && view.length < LONGEST_DECODED)
        for (const decoded of decodings(view)) if (decoded !== view) next.add(decoded);
    }
    views = next;
  }
  return found;
}

const BASE64 = /[\w+/-]{8,}/g;
const HEX = /(?:[\da-f]{2}){6,}/gi;

/** A text as whoever reads it may decode it. */
function* decodings(text: string): Generator<string> {
  if (text.includes("%")) yield text.replace(/(?:%[\da-f]{2})+/gi, (run) => fromHex(run.replaceAll("%", "")));
  if (text.includes("\\"))
    yield text.replace(/\\u([\da-f]{4})|\\x([\da-f]{2})/gi, (_, a, b) => fromCode(`0x${a ?? b}`));
  if (text.includes("&#"))
    yield text.replace(/&#(?:x([\da-f]+)|(\d+));/gi, (_, a, b) => fromCode(a === undefined ? String(b) : `0x${a}`));
  const runs = text.match(BASE64) ?? [];
  // What stands before it may be of the same letters: `/users/` before a cursor.
  const decoded = runs.flatMap((run) =>
    [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), "base64").toString("latin1")),
  );
  if (decoded.length > 0) yield decoded.join("\n");
  const hex = text.match(HEX) ?? [];
  if (hex.length > 0) yield hex.flatMap((run) => [fromHex(run), fromHex(run.slice(1))]).join("\n");
}

function fromHex(text: string): string {
  return Buffer.from(text, "hex").toString("latin1");
}

function fromCode(code: string): string {
  return String.fromCodePoint(Math.min(Number(code), 0x10ffff));
}
