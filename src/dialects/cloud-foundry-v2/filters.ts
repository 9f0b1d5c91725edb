/** The condition that a field is one of these guids, which have to be listable (`isListable`). */
export function oneOf(filter: string, guids: Iterable<string>): readonly [name: string, value: string] {
  const all = [...guids];
  return ["q", `${filter}${all.length === 1 ? ":" : " IN "}${all.join(",")}`];
}

/** The line may have 8 KiB (nginx's default, beyond it 414); what is not guids of it is far below the difference. */
const MOST_BYTES = 7850;
const MOST_GUIDS = 200;
const COMMA_BYTES = "%2C".length;

/** Cuts guids into lots that fit into a request line each. */
export function cut(guids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let chunk: string[] = [];
  let bytes = 0;
  for (const guid of guids) {
    if (chunk.length === MOST_GUIDS || bytes + guid.length > MOST_BYTES) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(guid);
    bytes += guid.length + COMMA_BYTES;
  }
  return chunk.length === 0 ? chunks : [...chunks, chunk];
}
