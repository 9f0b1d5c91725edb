import type { GraphQLError } from "graphql";
import type { BoundField } from "./bound-field.ts";
import type { Frame } from "./frame.ts";
import type { ExecuteOptions } from "./operation.ts";
import type { Selection } from "./selection.ts";
import type { Shared } from "./shared.ts";

/** One execution of an operation. */
export class Execution {
  readonly context: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly rootValue: unknown;
  readonly errors: GraphQLError[] = [];
  /** What `FAILED` stands for, until somebody has taken it. */
  failure!: GraphQLError;
  /** The uppermost frame that has failed with it, where there is one. */
  failedFrame: Frame | undefined = undefined;
  /** Frames that nobody waits for, with something begun in them that is not done. */
  adrift = 0;
  #onCalm: (() => void) | undefined = undefined;
  readonly #bound: (readonly BoundField[] | undefined)[] = [];

  readonly #shared: (Map<unknown, Shared> | undefined)[] = [];

  constructor({ context, variables, rootValue }: ExecuteOptions<unknown>) {
    this.context = context;
    this.variables = variables;
    this.rootValue = rootValue;
  }

  /** One frame is not adrift any more. */
  land(): void {
    if (--this.adrift > 0) return;
    const onCalm = this.#onCalm;
    this.#onCalm = undefined;
    onCalm?.();
  }

  /** @param then told once no frame is adrift any more: instead of whoever was to be told before */
  calm(then: () => void): void {
    if (this.adrift === 0) then();
    else this.#onCalm = then;
  }

  /** The objects of a selection that may stand in several places, by what they were made of. */
  sharedOf(selection: Selection): Map<unknown, Shared> {
    return (this.#shared[selection.index] ??= new Map<unknown, Shared>());
  }

  /** The fields of a selection for this execution: the same for all objects that it is of. */
  bind(selection: Selection): readonly BoundField[] {
    return (this.#bound[selection.index] ??= selection.bind(this));
  }
}
