import type { BoundField } from "./bound-field.ts";
import type { Execution } from "./execution.ts";
import { executeField } from "./fields.ts";
import { FAILED, Frame } from "./frame.ts";

/** The fields of a mutation: each is finished, with all that was begun for it, before the next one begins. */
export class SerialFrame extends Frame {
  readonly #fields: readonly BoundField[];
  #next = 0;

  constructor(execution: Execution, parent: Frame, container: Record<string, unknown>, fields: readonly BoundField[]) {
    super(execution, parent, "data", true, container);
    this.#fields = fields;
  }

  /** @returns the container, or `FAILED` */
  run(): unknown {
    const stop = this.#advance();
    if (stop === "failed") return this.abandon();
    if (stop === "done") {
      this.close();
    } else if (this.parent !== undefined) {
      this.parent.pending++;
      this.#await();
    }
    return this.container;
  }

  override settle(): void {
    if (--this.pending === 1) this.#resume();
  }

  #resume(): void {
    if (!this.hasFailed) {
      const stop = this.#advance();
      if (stop === "waiting") {
        this.#await();
        return;
      }
      if (stop === "failed") this.failure = this.execution.failure;
    }
    if (--this.pending === 0) this.finish();
  }

  /** What the frame itself waits for tells when it is settled. */
  #await(): void {
    if (this.pending === 1) this.execution.calm(() => this.#resume());
  }

  #advance(): "done" | "waiting" | "failed" {
    const { execution, container } = this;
    for (;;) {
      if (this.pending > 1 || execution.adrift > 0) return "waiting";
      const field = this.#fields[this.#next++];
      if (field === undefined) return "done";
      const completed = executeField(this, field, execution.rootValue);
      if (completed === FAILED) return "failed";
      container[field.key] = completed;
    }
  }
}
