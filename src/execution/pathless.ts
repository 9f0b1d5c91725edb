const PATHLESS = new WeakSet<object>();

/**
 * Says of a resolver that it never reads `info.path`: all objects of a list can be told the same `info` then, which is
 * without one, where each would be told one of its own.
 */
export function pathless<Resolve extends (...args: never[]) => unknown>(resolve: Resolve): Resolve {
  PATHLESS.add(resolve);
  return resolve;
}

export function isPathless(resolve: object): boolean {
  return PATHLESS.has(resolve);
}
