import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS = 60_000;
const END_MS = 5000;

/** What is started for a run, and ended with it. */
export class Processes {
  readonly #folder: string;
  readonly #children = new Set<ChildProcess>();
  #hasEnded = false;

  /** @param folder takes what the processes write */
  constructor(folder: string) {
    this.#folder = folder;
    process.once("exit", () => this.#killAll());
  }

  /**
   * Starts Node with these arguments.
   * @param core the only one that it may use; undefined for any
   * @throws Error after the end
   */
  start(name: string, args: readonly string[], core: number | undefined): Started {
    if (this.#hasEnded) throw new Error(`It is too late to start ${name}.`);
    const log = join(this.#folder, `${name}.log`);
    const [command, ...all] = [
      ...(core === undefined ? [] : ["taskset", "-c", String(core)]),
      process.execPath,
      ...args,
    ];
    const file = openSync(log, "w");
    const child = spawn(command as string, all, {
      // Into a file: who reads a pipe would take a part in what is measured.
      stdio: ["ignore", file, file, "ipc"],
      serialization: "advanced",
      // What is set for other programs of the same shell is not meant for these.
      env: { ...process.env, NODE_ENV: "production", NODE_OPTIONS: "", HOST: "127.0.0.1", PORT: "0" },
    });
    closeSync(file);
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    // A listener of its own may come too late for a command that cannot be run.
    child.on("error", () => this.#children.delete(child));
    return new Started(name, child, log);
  }

  /** Asks all to end, and ends those that have not after some seconds. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    const ends = [...this.#children].map((child) => once(child, "exit"));
    for (const child of this.#children) child.kill("SIGTERM");
    await Promise.race([Promise.all(ends), sleep(END_MS, undefined, { ref: false })]);
    this.#killAll();
  }

  #killAll(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }
}

export class Started {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #log: string;

  constructor(name: string, child: ChildProcess, log: string) {
    this.name = name;
    this.#child = child;
    this.#log = log;
  }

  /** `taskset` becomes what it starts: the number is that of Node. */
  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  /**
   * Waits until it has written that, and answers it.
   * @throws Error with what it wrote last, where it ended instead or took more than a minute
   */
  async hasWritten(pattern: RegExp): Promise<string> {
    for (let waited = 0; waited < START_MS && this.#isAlive; waited += 50) {
      const [found] = pattern.exec(await readFile(this.#log, "utf8")) ?? [];
      if (found !== undefined) return found;
      await sleep(50);
    }
    throw await this.#failure("did not start");
  }

  /**
   * The next message, after this one was sent to it.
   * @throws Error with what it wrote last, where it ended instead
   */
  async ask<Answer>(question?: unknown): Promise<Answer> {
    if (!this.#isAlive) throw await this.#failure("has ended");
    const done = new AbortController();
    const { signal } = done;
    const ended = once(this.#child, "exit", { signal }).then(async () => {
      throw await this.#failure("has ended");
    });
    const answered = once(this.#child, "message", { signal }) as Promise<[Answer]>;
    if (question !== undefined) this.#child.send(question as object);
    try {
      const [answer] = await Promise.race([answered, ended]);
      return answer;
    } finally {
      // Whoever waits on is told, and has nobody left to tell.
      for (const waiting of [ended, answered]) waiting.catch(() => undefined);
      done.abort();
    }
  }

  get #isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async #failure(what: string): Promise<Error> {
    const text = await readFile(this.#log, "utf8");
    return new Error(`The process of ${this.name} ${what}. It wrote last:\n${text.split("\n").slice(-20).join("\n")}`);
  }
}
