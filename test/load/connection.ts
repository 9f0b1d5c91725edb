import { connect, type Socket } from "node:net";

export interface Reply {
  /** 0: the connection was lost. */
  readonly status: number;
  readonly hasErrors: boolean;
}

const ERRORS = Buffer.from('"errors"');

/**
 * One kept-alive connection to the gateway that asks one thing after the other. A real client takes more time for an
 * answer than the gateway for refusing one, and would be what is measured: this one reads the status and the length.
 */
export class Connection {
  readonly #socket: Socket;
  #settle: ((reply: Reply) => void) | undefined;
  #status = 0;
  /** Bytes that have not come yet. */
  #left = 0;
  #hasErrors = false;

  constructor(url: URL) {
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", () => this.#finish({ status: 0, hasErrors: true }));
    this.#socket.on("close", () => this.#finish({ status: 0, hasErrors: true }));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  ask(request: string, settle: (reply: Reply) => void): void {
    this.#settle = settle;
    this.#status = 0;
    this.#hasErrors = false;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The head always comes in one piece, for it is short and sent first. */
  #read(chunk: Buffer): void {
    if (this.#status === 0) {
      const bodyFrom = chunk.indexOf("\r\n\r\n") + 4;
      const head = chunk.toString("latin1", 0, bodyFrom);
      this.#status = Number(head.slice(9, 12));
      this.#left = bodyFrom + Number(/content-length: (\d+)/i.exec(head)?.[1]);
    }
    this.#left -= chunk.length;
    if (!this.#hasErrors) this.#hasErrors = chunk.includes(ERRORS);
    if (this.#left === 0) this.#finish({ status: this.#status, hasErrors: this.#hasErrors });
  }

  #finish(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(reply);
  }
}

/** A GraphQL request as it travels. */
export function writeRequest(url: URL, query: string, variables: object): string {
  const body = JSON.stringify({ query, variables });
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
