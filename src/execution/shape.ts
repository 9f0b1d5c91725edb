import type { GraphQLResolveInfo } from "graphql";
import type { BoundField } from "./bound-field.ts";
import type { Frame, Path, Slot } from "./frame.ts";

/** What values of one type in one field become in the answer. */
export abstract class Shape {
  /** Whether the slot may be null. */
  readonly isNullable: boolean;
  /** Whether it asks the schema's own functions, which are told about the field. */
  readonly needsInfo: boolean;

  constructor(isNullable: boolean, needsInfo: boolean) {
    this.isNullable = isNullable;
    this.needsInfo = needsInfo;
  }

  /**
   * @param path of the slot, where somebody had to make it
   * @param info of the field, where `needsInfo`
   * @param value no promise
   * @returns what goes into the slot: undefined for what is put there later, `FAILED` for what has failed below it
   * @throws what becomes an error of the slot
   */
  abstract complete(
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    info: GraphQLResolveInfo | undefined,
    value: unknown,
  ): unknown;

  /** In place of null and undefined. */
  protected nothing({ info }: BoundField): null {
    if (this.isNullable) return null;
    throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`);
  }
}
