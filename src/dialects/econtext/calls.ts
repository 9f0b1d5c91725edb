import { isSuccess } from "../../http/send.ts";
import { failureOf, invalidResponse, kindOf } from "../../http/failures.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import type { Service } from "../../domain/service.ts";
import type { Edition } from "./edition.ts";
import { absenceOf, isFaultyAnswer } from "./errors.ts";
import type { Absence } from "./errors.ts";
import { Once } from "./once.ts";
import { isElement, isObject, isRecord } from "./wire.ts";
import type { WireElement, WireRecord } from "./wire.ts";

/** Only E2 has this path. That it is missing is told to those alone who are logged in. */
export const ORGANIZATIONS: UpstreamRequest = {
  method: "GET",
  route: "/organizations",
  query: [["limit", "1"]],
  for: [],
  keys: 1,
  probe: true,
};

/** `econtext.result`: one key, named after what was asked. */
export type WireResult = Readonly<Record<string, unknown>>;

export type RequestById = UpstreamRequest & { readonly params: { readonly id: string } };

/** The service as one caller can ask it. */
export class Calls {
  readonly service: Service;
  readonly edition: Edition;
  readonly send: Send;
  readonly #probe = new Once<boolean>();

  constructor(service: Service, edition: Edition, send: Send) {
    this.service = service;
    this.edition = edition;
    this.send = send;
  }

  /**
   * @param absences what may be missing; anything else that is not there is a failure
   * @throws ServiceFailure
   */
  async read<Missing extends Absence = never>(
    request: UpstreamRequest,
    ...absences: readonly Missing[]
  ): Promise<WireResult | Missing> {
    const response = await this.send(request);
    if (isSuccess(response)) return readResult(this.service, request, response);
    const absence = absenceOf(response);
    const missing = absences.find((accepted) => accepted === absence);
    if (missing !== undefined) return missing;
    throw failureOf(response.status, response, this.service, { request, write: false });
  }

  /**
   * As `hasOrganizations`; false where the service answers the question wrongly and the guess does no harm: without
   * knowing, what E0 and E1 take can still be sent where E2 refuses by itself what it does not take.
   */
  async supposeOrganizations(isGuessHarmless: boolean): Promise<boolean> {
    return this.hasOrganizations().catch((error: unknown) => {
      if (isGuessHarmless && isFaultyAnswer(error)) return false;
      throw error;
    });
  }

  /** Whether this is an edition with organizations, which is asked for once where no object has shown it yet. */
  async hasOrganizations(): Promise<boolean> {
    const known = this.edition.hasOrganizations;
    if (known !== undefined) return known;
    // No budget counts probes: all fields of one operation share one, and its failure.
    return this.#probe.get(() =>
      this.edition.find(async () => (await this.read(ORGANIZATIONS, "NO_PATH")) !== "NO_PATH"),
    );
  }
}

/** @throws ServiceFailure where the answer has no envelope, or nothing in it */
export function readResult(service: Service, request: UpstreamRequest, { json }: UpstreamResponse): WireResult {
  if (!isObject(json)) throw invalidResponse(service, request, "", "an object", kindOf(json));
  if (!isObject(json.econtext)) {
    throw invalidResponse(service, request, "econtext", "an object", kindOf(json.econtext));
  }
  const { result } = json.econtext;
  if (!isObject(result)) throw invalidResponse(service, request, "econtext.result", "an object", kindOf(result));
  return result;
}

/** The record that was asked for; null where E1 has something there that it can no longer show. */
export function readRecord(
  service: Service,
  request: UpstreamRequest,
  result: WireResult,
  key: string,
): WireRecord | null {
  const value = result[key];
  if (value === null || isRecord(value)) return value;
  throw noRecord(service, request, key, value);
}

/**
 * The record of the id that was asked for: any other would be shown as what it is not.
 * @returns null as `readRecord`
 */
export function readRecordAsked(
  service: Service,
  request: RequestById,
  result: WireResult,
  key: string,
): WireRecord | null {
  const wire = readRecord(service, request, result, key);
  if (wire !== null && wire.id.toLowerCase() !== request.params.id.toLowerCase()) {
    throw invalidResponse(service, request, `${key}.id`, "the id that was asked for", "another");
  }
  return wire;
}

/** A list of records, without the null elements that E1 has for what it can no longer show. */
export function readRecords(
  service: Service,
  request: UpstreamRequest,
  result: WireResult,
  key: string,
): readonly WireRecord[] {
  const list = result[key];
  if (!Array.isArray(list)) throw invalidResponse(service, request, key, "a list", kindOf(list));
  return readElements(service, request, list, key, isRecord);
}

/** @throws ServiceFailure naming the place of an element that is neither null nor what `accepts` accepts */
export function readElements<T>(
  service: Service,
  request: UpstreamRequest,
  list: readonly unknown[],
  place: string,
  accepts: (element: unknown) => element is T,
): readonly T[] {
  if (list.every(accepts)) return list;
  return list.flatMap((element, index) => {
    if (element === null) return [];
    if (accepts(element)) return [element];
    throw noRecord(service, request, `${place}[${index}]`, element);
  });
}

/** @throws ServiceFailure where it is neither an id nor an object with one */
export function readElement(service: Service, request: UpstreamRequest, value: unknown, place: string): WireElement {
  if (isElement(value)) return value;
  throw noRecord(service, request, place, value);
}

function noRecord(service: Service, request: UpstreamRequest, place: string, value: unknown) {
  return isObject(value)
    ? invalidResponse(service, request, `${place}.id`, "text", value.id === "" ? "empty text" : kindOf(value.id))
    : invalidResponse(service, request, place, "an object", kindOf(value));
}
