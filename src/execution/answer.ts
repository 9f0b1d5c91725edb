import { GraphQLError, locatedError, type ExecutionResult } from "graphql";
import type { Execution } from "./execution.ts";
import { executeFields } from "./fields.ts";
import { FAILED, Frame } from "./frame.ts";
import type { Selection } from "./selection.ts";
import { SerialFrame } from "./serial-frame.ts";

type Data = Record<string, unknown>;

/** The frame around the root, whose one slot is the data of the answer. */
class Answer extends Frame {
  #tell: ((result: ExecutionResult) => void) | undefined;

  constructor(execution: Execution) {
    super(execution, undefined, "", true, {});
  }

  run(selection: Selection, isSerial: boolean): ExecutionResult | Promise<ExecutionResult> {
    const { execution, container } = this;
    const fields = execution.bind(selection);
    const completed = isSerial
      ? new SerialFrame(execution, this, selection.create(), fields).run()
      : executeFields(new Frame(execution, this, "data", true, selection.create()), fields, execution.rootValue);
    if (completed === FAILED) this.#fail();
    else container["data"] = completed;
    if (this.pending === 1 && execution.adrift === 0) return this.#result();
    return new Promise((resolve) => {
      this.#tell = resolve;
      this.settle();
    });
  }

  #fail(): void {
    const { failure, failedFrame } = this.execution;
    this.report(failure);
    this.container["data"] = null;
    if (failedFrame !== undefined) failedFrame.isDead = true;
  }

  protected override finish(): void {
    this.execution.calm(() => {
      // Unless something has to be filled anew: then it comes back here.
      if (this.pending === 0) this.#tell?.(this.#result());
    });
  }

  #result(): ExecutionResult {
    return resultOf(this.container["data"] as Data | null, this.execution.errors);
  }
}

/**
 * @param select what is wrong with the selection of the root it throws
 * @param isSerial whether each field of the root is finished before the next one begins
 */
export function answer(
  execution: Execution,
  select: () => Selection,
  isSerial: boolean,
): ExecutionResult | Promise<ExecutionResult> {
  try {
    return new Answer(execution).run(select(), isSerial);
  } catch (error) {
    const told = error instanceof GraphQLError ? error : locatedError(error, undefined);
    return resultOf(null, [told]);
  }
}

/** In the order in which graphql-js tells it. */
function resultOf(data: Data | null, errors: readonly GraphQLError[]): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}
