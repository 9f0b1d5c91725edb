import { isSuccess } from "../../http/send.ts";
import { Refusal, ServiceFailure } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { Service } from "../../domain/service.ts";
import { failureOf, invalidResponse, kindOf } from "../../http/failures.ts";
import type { UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { readRecord, readRecordAsked, readResult } from "./calls.ts";
import type { RequestById, WireResult } from "./calls.ts";
import { problemOf } from "./errors.ts";
import { sayNone, sayOpen } from "./outcomes.ts";
import type { Write } from "./outcomes.ts";
import type { Reader } from "./reader.ts";
import type { WireRecord } from "./wire.ts";

/** What is made of the problem that the service tells. */
type Refuse = (problem: Problem, response: UpstreamResponse) => Promise<Refusal>;

interface Refusing {
  readonly refuse?: Refuse;
  readonly given?: ReadonlySet<string>;
}

/**
 * Sends one write, and forgets what was read before.
 * @param read what its success tells
 * @param refuse the problem as it is, where left out
 * @param given the fields of the user that a change holds
 * @throws Refusal where the service says why it did nothing
 * @throws ServiceFailure with `outcomeUnknown` where its answer leaves open what it did
 */
export async function send<T>(
  reader: Reader,
  write: Write,
  request: UpstreamRequest,
  read: (result: WireResult) => T,
  { refuse = (problem) => Promise.resolve(new Refusal(sayNone(write, problem))), given }: Refusing = {},
): Promise<T> {
  const { service } = reader.calls;
  const response = await reader.calls
    .send(request)
    .catch((error: unknown) => {
      throw error instanceof ServiceFailure && error.outcomeUnknown ? leaveOpen(write, error) : error;
    })
    .finally(() => reader.forget());
  if (isSuccess(response)) return readOrOpen(write, () => read(readResult(service, request, response)));
  const problem = problemOf(write, response, given);
  throw problem === undefined ? lostOrFailed(service, write, request, response) : await refuse(problem, response);
}

/** @throws ServiceFailure where there is none */
export function readCreated(service: Service, request: UpstreamRequest, result: WireResult, key: string): WireRecord {
  return present(service, request, key, readRecord(service, request, result, key));
}

/** @throws ServiceFailure where there is none, or another than the one that was changed */
export function readChanged(service: Service, request: RequestById, result: WireResult, key: string): WireRecord {
  return present(service, request, key, readRecordAsked(service, request, result, key));
}

/** @throws ServiceFailure where the service does not say that it was done: `{"deleted": true}` */
export function readDone(service: Service, request: UpstreamRequest, result: WireResult, key: string): void {
  if (result[key] !== true) throw invalidResponse(service, request, key, "true", kindOf(result[key]));
}

function present(service: Service, request: UpstreamRequest, key: string, wire: WireRecord | null): WireRecord {
  if (wire === null) throw invalidResponse(service, request, key, "an object", "null");
  return wire;
}

/** @throws ServiceFailure with an unknown outcome: the service says that it worked, and not what came of it */
function readOrOpen<T>(write: Write, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ServiceFailure ? leaveOpen(write, error) : error;
  }
}

/** An unexpected 500 says nothing of what was stored before it, and a redirect is not the service's word. */
function lostOrFailed(
  service: Service,
  write: Write,
  request: UpstreamRequest,
  response: UpstreamResponse,
): ServiceFailure {
  const failure = failureOf(response.status, response, service, { request, write: true });
  return failure.outcomeUnknown || response.status >= 500 ? leaveOpen(write, failure) : failure;
}

function leaveOpen(
  write: Write,
  { code, service, detail, status, retryAfter, requestId }: ServiceFailure,
): ServiceFailure {
  const message = `The service \`${service}\` gave no usable answer. ${sayOpen(write)}`;
  return new ServiceFailure(code, message, { service, detail, status, retryAfter, requestId, outcomeUnknown: true });
}
