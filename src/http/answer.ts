import { isUtf8 } from "node:buffer";
import { LARGE_BYTES } from "./large-answers.ts";
import { isSuccess, type UpstreamResponse } from "./send.ts";

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Far more than any service nests. A text of brackets alone would cost time and memory out of all proportion to its size. */
const DEEPEST = 1000;

/** An answer as it came. Its JSON is parsed when first asked for: many an answer is known by its status. */
export class Answer implements UpstreamResponse {
  readonly status: number;
  readonly size: number;
  #text: string;
  readonly #headers: Headers;
  /** Other bytes would be shown as question marks of a kind, in place of somebody's name. */
  readonly #isUtf8: boolean;
  #json: unknown;
  #isParsed = false;

  constructor(status: number, headers: Headers, body: Buffer) {
    this.status = status;
    this.#headers = headers;
    this.size = body.length;
    // At once, and the bytes let go: they are a piece of a larger block.
    this.#text = body.toString();
    this.#isUtf8 = isUtf8(body);
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** Gone once a success was read as JSON: nobody asks for it then, and it may be long. */
  get text(): string {
    return this.#text;
  }

  get json(): unknown {
    if (!this.#isParsed) {
      this.#isParsed = true;
      this.#json = this.#parse();
      if (this.#json !== undefined && isSuccess(this)) this.#text = "";
    }
    return this.#json;
  }

  #parse(): unknown {
    const text = this.#text;
    if (text === "" || !this.#isUtf8) return undefined;
    if (text.length > LARGE_BYTES && isDense(text) && isNestedBelow(text, DEEPEST)) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in one bit. */
const OTHER_BRACKET = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

const SAMPLES = 4096;
/** Of a service's answers one character in fifty opens a list or an object. With few, whatever nests costs little. */
const DENSE = SAMPLES / 25;

/**
 * Whether it is worth a look at each character, which takes as long as parsing: some of them tell. At random, so that
 * nobody can keep blanks ready where we look.
 */
function isDense(json: string): boolean {
  let found = 0;
  const stride = (2 * json.length) / SAMPLES;
  for (let index = 0; index < json.length; index += 1 + Math.floor(Math.random() * stride)) {
    if ((json.charCodeAt(index) | OTHER_BRACKET) === OPENING) found++;
  }
  return found > DENSE;
}

/** Whether a JSON text opens more lists and objects inside one another than `deepest`. */
export function isNestedBelow(json: string, deepest: number): boolean {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index);
    if (isText) {
      if (unit === BACKSLASH) index++;
      else if (unit === QUOTE) isText = false;
    } else if (unit === QUOTE) {
      isText = true;
    } else if ((unit | OTHER_BRACKET) === OPENING) {
      if (++depth > deepest) return true;
    } else if ((unit | OTHER_BRACKET) === CLOSING) {
      depth--;
    }
  }
  return false;
}
