/** How many: at least, and at most. */
export interface Bounds {
  readonly min: number;
  /** Null: nothing bounds it. */
  readonly max: number | null;
}

export const NONE: Bounds = { min: 0, max: 0 };
export const ONCE: Bounds = { min: 1, max: 1 };
/** Once, or not at all. */
export const PERHAPS: Bounds = { min: 0, max: 1 };

export function upTo(max: number | null): Bounds {
  return { min: 0, max };
}

export function sum(all: Iterable<Bounds>): Bounds {
  let min = 0;
  let max: number | null = 0;
  for (const one of all) {
    min += one.min;
    max = max === null || one.max === null ? null : max + one.max;
  }
  return { min, max };
}

/** So many for each of so many. */
export function product(a: Bounds, b: Bounds): Bounds {
  return { min: a.min * b.min, max: multiply(a.max, b.max) };
}

function multiply(a: number | null, b: number | null): number | null {
  if (a === 0 || b === 0) return 0;
  return a === null || b === null ? null : a * b;
}

/** The larger of both: of two forecasts of the same, which both hold, the one that promises more calls. */
export function larger(a: Bounds, b: Bounds): Bounds {
  return {
    min: Math.max(a.min, b.min),
    max: a.max === null || b.max === null ? null : Math.max(a.max, b.max),
  };
}
