import { ServiceFailure } from "../../src/domain/errors.ts";
import type { Service } from "../../src/domain/service.ts";
import { noAnswer } from "../../src/http/failures.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../src/http/send.ts";

export const SERVICE: Service = { name: "directory", dialect: "econtext", url: "http://127.0.0.1:1/api" };

export const GET: UpstreamRequest = { method: "GET", route: "/users", for: ["Query.users"], keys: 1 };
export const POST: UpstreamRequest = { method: "POST", route: "/users", body: { a: 1 }, for: ["Mutation.x"], keys: 1 };
export const PUT: UpstreamRequest = { ...POST, method: "PUT", repeatable: true };

export function response(status: number, headers: Readonly<Record<string, string>> = {}): UpstreamResponse {
  return { status, header: (name) => headers[name], json: undefined, text: "" };
}

/** A `send` that answers in turn, and keeps the requests it was given. */
export function scripted(...turns: readonly (UpstreamResponse | Error)[]): { send: Send; requests: UpstreamRequest[] } {
  const requests: UpstreamRequest[] = [];
  const send: Send = (request) => {
    const turn = turns[Math.min(requests.length, turns.length - 1)];
    requests.push(request);
    request.onAttempt?.();
    return turn instanceof Error || turn === undefined
      ? Promise.reject(turn ?? new Error("no turn"))
      : Promise.resolve(turn);
  };
  return { send, requests };
}

/** A `send` that sends and is never answered: only the signal ends it, or the deadline. */
export const unanswered: Send = (request) =>
  new Promise((_, reject) => {
    const { signal, deadlineAt, onAttempt } = request;
    onAttempt?.();
    signal?.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
    if (deadlineAt === undefined) return;
    const late = () => reject(noAnswer("UPSTREAM_TIMEOUT", "It is late.", SERVICE, request, "deadline", true));
    setTimeout(late, deadlineAt - performance.now());
  });

/** The failure with which a promise rejects. */
export async function failureFrom(promise: Promise<unknown>): Promise<ServiceFailure> {
  const error: unknown = await promise.then(
    () => new Error("nothing failed"),
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceFailure) return error;
  throw error;
}
