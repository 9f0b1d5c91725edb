import { locatedError, responsePathAsArray, type GraphQLError } from "graphql";
import type { BoundField } from "./bound-field.ts";
import { FAILED, pathOf, type Frame, type Path, type Slot } from "./frame.ts";
import type { Shape } from "./shape.ts";
import { unshare } from "./shared.ts";

/** What goes into a slot for which there is an error. */
export function fault(
  frame: Frame,
  slot: Slot,
  shape: Shape,
  field: BoundField,
  path: Path | undefined,
  error: unknown,
): null | typeof FAILED {
  raise(frame, slot, field, path, error);
  return absorb(frame, shape);
}

/** Makes what was thrown for a slot the failure of the execution. */
export function raise(frame: Frame, slot: Slot, field: BoundField, path: Path | undefined, error: unknown): void {
  const { execution } = frame;
  execution.failure = locate(error, field, path ?? pathOf(frame, slot, field));
  execution.failedFrame = undefined;
  unshare(frame);
}

/** What goes into a slot when that which belongs there has failed. */
export function absorb(frame: Frame, { isNullable }: Shape): null | typeof FAILED {
  if (!isNullable) return FAILED;
  const { failure, failedFrame } = frame.execution;
  frame.report(failure);
  if (failedFrame !== undefined) failedFrame.isDead = true;
  return null;
}

function locate(error: unknown, { info: { fieldNodes } }: BoundField, path: Path): GraphQLError {
  const keys = responsePathAsArray(path);
  try {
    return locatedError(error, fieldNodes, keys);
  } catch {
    // What was thrown cannot even be looked at.
    return locatedError(new Error("Unexpected error value."), fieldNodes, keys);
  }
}
