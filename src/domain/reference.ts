/** Something that is known to be meant by its id, with its record where that came along. */
export interface Reference<Record> {
  /** The upstream's own id. */
  readonly id: string;
  readonly record: Record | undefined;
}
