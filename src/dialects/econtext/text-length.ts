/** Of names, descriptions and passwords, in characters: the service has no bound of its own. */
export const LONGEST_TEXT = 1000;

/** In characters, of which there are never more than code units. */
export function isLonger(text: string, characters: number): boolean {
  return text.length > characters && Array.from(text).length > characters;
}
