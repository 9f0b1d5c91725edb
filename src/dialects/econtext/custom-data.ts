import type { Service } from "../../domain/service.ts";
import { invalidResponse } from "../../http/failures.ts";
import type { UpstreamRequest } from "../../http/send.ts";

/** How many levels of objects and lists custom data may have: `JSON.stringify` runs out of stack some thousands down. */
export const DEEPEST = 100;

/** Whether objects and lists lie in one another more than so many levels deep. */
export function isDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((element) => isDeep(element, levels - 1));
  // A loop over the keys, for `Object.values` would make a list for every record.
  const object = value as Readonly<Record<string, unknown>>;
  for (const key in object) if (isDeep(object[key], levels - 1)) return true;
  return false;
}

/**
 * Custom data that can be written as JSON.
 * @throws ServiceFailure where it is too deep for that, so that only the field which shows it fails
 */
export function checkDepth<Data>(data: Data, service: Service, request: UpstreamRequest, place: string): Data {
  if (!isDeep(data)) return data;
  throw invalidResponse(service, request, place, `${DEEPEST} levels at most`, "more");
}
