/** Whether a change leaves everything as it is: what is left out stays, null clears. */
export function isEmptyChange(change: object): boolean {
  return Object.values(change).every((value) => value === undefined);
}
