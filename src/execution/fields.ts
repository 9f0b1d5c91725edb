import type { GraphQLResolveInfo } from "graphql";
import type { BoundField } from "./bound-field.ts";
import { completeSlot } from "./completion.ts";
import { fault } from "./fault.ts";
import type { Arguments } from "./field.ts";
import { FAILED, pathOf, type Frame, type Path } from "./frame.ts";

/**
 * Fills an object, all of its fields at once.
 * @returns the container of the frame, or `FAILED`
 */
export function executeFields(frame: Frame, fields: readonly BoundField[], source: unknown): unknown {
  const { container } = frame;
  for (const field of fields) {
    const completed = executeField(frame, field, source);
    if (completed === FAILED) return frame.abandon();
    container[field.key] = completed;
  }
  frame.close();
  return container;
}

/** @returns as `completeSlot` */
export function executeField(frame: Frame, field: BoundField, source: unknown): unknown {
  const { key, resolve, shape } = field;
  let path: Path | undefined;
  let info: GraphQLResolveInfo | undefined;
  let value: unknown;
  try {
    const { args } = field;
    if (resolve === undefined) {
      if (shape.needsInfo) info = field.infoAt((path = pathOf(frame, key, field)));
      value = readField(frame, field, source, args, info);
    } else {
      info = field.isPathless ? field.info : field.infoAt((path = pathOf(frame, key, field)));
      value = resolve(source, args, frame.execution.context, info);
    }
  } catch (error) {
    return fault(frame, key, shape, field, path, error);
  }
  return completeSlot(frame, key, shape, field, path, info, value);
}

type Method = (args: Arguments, context: unknown, info: GraphQLResolveInfo) => unknown;

/** As the default resolver of graphql-js. */
function readField(
  frame: Frame,
  field: BoundField,
  source: unknown,
  args: Arguments,
  info: GraphQLResolveInfo | undefined,
): unknown {
  if ((typeof source !== "object" || source === null) && typeof source !== "function") return undefined;
  const value = (source as Record<string, unknown>)[field.info.fieldName];
  if (typeof value !== "function") return value;
  const told = info ?? field.infoAt(pathOf(frame, field.key, field));
  return (value as Method).call(source, args, frame.execution.context, told);
}
