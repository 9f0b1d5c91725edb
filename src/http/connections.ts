import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Dispatcher, errors } from "undici";
import type { Principal } from "../domain/principal.ts";
import { Queue } from "./queue.ts";
import { atEndOfTurn } from "./turn.ts";

/** How long a connection has to be silent after one caller's answer before it may serve another caller. */
const SILENCE_MS = 10;

export interface ConnectionsOptions {
  /** At most; further requests wait for one. */
  readonly most: number;
  /** Whether a connection that served one caller may ever serve another. */
  readonly shared: boolean;
  readonly client: Client.Options;
}

export interface Errand {
  readonly options: Dispatcher.DispatchOptions;
  /** Whose answer it will be; undefined for what is asked without a credential. */
  readonly principal: Principal | undefined;
  readonly handler: ErrandHandler;
}

export interface ErrandHandler extends Dispatcher.DispatchHandler {
  /** Nobody waits for it any more. */
  readonly isOver: boolean;
  /** Set here: since when it waits for nobody but the service, on the clock of `performance.now()`. */
  runningSince: number | undefined;
  /** Set here: to be called once, when all of its answer is there, or there will be none. */
  onFree: (() => void) | undefined;
  fail(error: Error): void;
}

/**
 * The connections to one service. A service that sends more than it was asked for could have that taken for the answer to
 * the next request, and no client could tell. So a connection keeps to its caller, and where there may be no more, that
 * which is idle for the longest time makes room for another caller's. Where connections are shared, it is handed over
 * instead, after it was silent for a while and all that had arrived by then was read: bytes that nobody asked for end a
 * connection. That is cheaper, and no proof: a service may take longer over an answer than we watch.
 */
export class Connections {
  readonly #origin: string;
  readonly #options: ConnectionsOptions;
  readonly #all = new Set<Connection>();
  /** The one that is idle for the longest time first. */
  readonly #idle: Connection[] = [];
  readonly #waiting = new Queue<Errand>();
  #isClosed = false;

  constructor(origin: string, options: ConnectionsOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  send(errand: Errand): void {
    if (this.#isClosed) {
      errand.handler.fail(new errors.ClientClosedError());
      return;
    }
    const connection = this.#take(errand.principal) ?? this.#open();
    if (connection !== undefined) {
      this.#run(connection, errand);
      return;
    }
    const other = this.#idle.shift();
    if (other === undefined) this.#waiting.add(errand);
    else void this.#handOver(other, errand);
  }

  /** Ends what is running, or waits. */
  async destroy(): Promise<void> {
    this.#isClosed = true;
    for (let left = this.#waiting.take(); left !== undefined; left = this.#waiting.take()) {
      left.handler.fail(new errors.ClientDestroyedError());
    }
    await Promise.all([...this.#all].map(({ client }) => client.destroy()));
  }

  /** An idle one: the caller's own, or one that has to be opened anew for whoever comes. */
  #take(principal: Principal | undefined): Connection | undefined {
    let index = this.#idle.findLastIndex((connection) => connection.isOwnOf(principal));
    if (index < 0) index = this.#idle.findLastIndex(({ isConnected }) => !isConnected);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  /** @returns undefined where there are as many as there may be */
  #open(): Connection | undefined {
    if (this.#all.size >= this.#options.most) return undefined;
    const connection = new Connection(new Client(this.#origin, this.#options.client));
    this.#all.add(connection);
    return connection;
  }

  #run(connection: Connection, { options, principal, handler }: Errand): void {
    connection.begin(principal);
    handler.runningSince = performance.now();
    handler.onFree = () => {
      handler.onFree = undefined;
      connection.idleSince = performance.now();
      // Not at once: the connection is in the middle of ending, or of failing all that was sent on it.
      queueMicrotask(() => this.#offer(connection));
    };
    const dispatch = () => connection.client.dispatch(options, handler);
    // A service that hangs up behind an answer has perhaps done so: a write that meets it would be lost for nothing. Reads
    // are repeated where that was in vain.
    if (options.method === "GET" || !connection.isConnected) atEndOfTurn(dispatch);
    else onceAllIsRead(dispatch);
  }

  #offer(connection: Connection): void {
    const next = this.#next();
    if (next === undefined) this.#idle.push(connection);
    else if (!connection.isConnected || connection.isOwnOf(next.principal)) this.#run(connection, next);
    else void this.#handOver(connection, next);
  }

  #next(): Errand | undefined {
    let next = this.#waiting.take();
    while (next?.handler.isOver === true) next = this.#waiting.take();
    return next;
  }

  async #handOver(connection: Connection, errand: Errand): Promise<void> {
    if (!this.#options.shared) {
      this.#all.delete(connection);
      void connection.client.destroy();
      this.send(errand);
      return;
    }
    const silentMs = performance.now() - connection.idleSince;
    if (silentMs < SILENCE_MS) await sleep(SILENCE_MS - silentMs);
    await new Promise<void>(onceAllIsRead);
    if (this.#isClosed) errand.handler.fail(new errors.ClientDestroyedError());
    else if (errand.handler.isOver) this.#offer(connection);
    else this.#run(connection, errand);
  }
}

/** The turn of the event loop that runs may have asked the system before the last bytes came: the next one asks again. */
function onceAllIsRead(then: () => void): void {
  atEndOfTurn(() => atEndOfTurn(then));
}

/** One at a time: requests follow each other, and none is sent before the answer to the last is there. */
class Connection {
  readonly client: Client;
  idleSince = 0;
  #servedLast: Principal | undefined;
  #isConnected = false;

  constructor(client: Client) {
    this.client = client;
    client.on("connect", () => {
      this.#isConnected = true;
    });
    client.on("disconnect", () => {
      this.#isConnected = false;
    });
  }

  /** Otherwise it will be opened anew for whoever comes next. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether whatever may come too much on it would be the caller's own. */
  isOwnOf(principal: Principal | undefined): boolean {
    return this.#isConnected && this.#servedLast === principal;
  }

  begin(principal: Principal | undefined): void {
    this.#servedLast = principal;
  }
}
