import type { Plugin } from "graphql-yoga";
import type { ServiceHealth } from "../domain/health.ts";
import type { CircuitState } from "../http/circuit.ts";
import type { ErrorLog } from "./graphql-errors.ts";
import { requestIdOf } from "./request-id.ts";

/** Asks every service how it is. One that has not told by then does not answer. */
export type Probe = (withinMs: number) => Promise<readonly ServiceHealth[]>;

/** Whether calls are sent to each service now, in the order of the probe. */
export type Circuits = () => readonly CircuitState[];

const PATH = "/readyz";
/** Well before those who ask for readiness lose their patience. */
const WITHIN_MS = 3_000;
/** However often we are asked, the services are asked no more often than this. */
const KEPT_MS = 5_000;

/** `/readyz`: 200 where every service answered its last probe, else 503; a row for each, without addresses or secrets. */
export function tellReadiness(probe: Probe, circuits: Circuits, log: ErrorLog): Plugin {
  const ask = keep(() => probe(WITHIN_MS));

  return {
    async onRequest(event) {
      if (event.url.pathname !== PATH) return;
      const { Response } = event.fetchAPI;
      const { method } = event.request;
      if (method !== "GET" && method !== "HEAD") {
        event.endResponse(new Response(null, { status: 405, headers: { allow: "GET, HEAD" } }));
        return;
      }
      try {
        const services = await ask();
        const isReady = services.every(({ health }) => health.answers);
        const states = circuits();
        const rows = services.map((service, index) => ({ ...describe(service), circuit: states[index] }));
        const body = JSON.stringify({ status: isReady ? "ready" : "unready", services: rows });
        event.endResponse(
          new Response(method === "HEAD" ? null : body, {
            status: isReady ? 200 : 503,
            headers: { "content-type": "application/json" },
          }),
        );
      } catch (error) {
        // What a plugin throws, the server would show with its stack.
        log.fault(error, requestIdOf(event.request));
        event.endResponse(new Response(null, { status: 500 }));
      }
    },
  };
}

function describe({ service: { name, dialect }, health }: ServiceHealth) {
  const { answers, credentials, edition, problems } = health;
  return { name, dialect, answers, credentials, edition, problems };
}

/** Whoever comes while the answer is on its way waits for it; afterwards it is kept for a while. A failure is not. */
function keep<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  let last: { readonly answer: T; readonly until: number } | undefined;
  const askAgain = async () => {
    const answer = await ask();
    last = { answer, until: performance.now() + KEPT_MS };
    return answer;
  };
  return async () => {
    if (last !== undefined && performance.now() < last.until) return last.answer;
    asking ??= askAgain().finally(() => (asking = undefined));
    return asking;
  };
}
