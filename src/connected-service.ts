import type { ServiceSettings } from "./config/settings.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialects } from "./dialects/registry.ts";
import { ServiceFailure } from "./domain/errors.ts";
import { Caller } from "./domain/principal.ts";
import type { ServiceHealth } from "./domain/health.ts";
import type { Service } from "./domain/service.ts";
import { authorize } from "./http/authorize.ts";
import { budget, type CallBudget } from "./http/budget.ts";
import { credentialHint, credentialReader, type CallerHeaders } from "./http/credential.ts";
import { Circuit, type CircuitState } from "./http/circuit.ts";
import { deadline, lateness } from "./http/deadline.ts";
import { headers } from "./http/headers.ts";
import { ledger, type Ledger } from "./http/ledger.ts";
import { readOnce } from "./http/once.ts";
import { patience } from "./http/patience.ts";
import { retry } from "./http/retry.ts";
import { pipeline, type Send, type Step } from "./http/send.ts";
import { Flights, share } from "./http/share.ts";
import { openTransport } from "./http/transport.ts";
import { OpenService } from "./services/open-service.ts";
import { PlannedService, type Planning } from "./services/planned-service.ts";

/** One configured service, connected for the life of the process. */
export interface ConnectedService {
  /** The service as one caller sees it during one operation. */
  openFor(header: CallerHeaders, operation: Operation): OpenService;
  /** The service in the plan of one operation, which sends nothing and asks for no credentials. */
  planFor(planning: Planning): PlannedService;
  /**
   * How the service is, asked without credentials and with those of the configuration: never with a caller's.
   * @param withinMs for all calls together; at most what one attempt may take, which it is where left out
   */
  probe(withinMs?: number): Promise<ServiceHealth>;
  /** Whether calls are sent to it. */
  readonly circuit: CircuitState;
  /** Ends the calls that are running, for which nobody waits any more, and closes all connections. */
  close(): Promise<void>;
}

/** What the calls of one operation have in common. */
export interface Operation {
  readonly ledger: Ledger;
  readonly budget: CallBudget;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** By which the operation is known in our log, and the calls in the services' logs. */
  readonly requestId: string;
}

export interface ConnectOptions {
  /** Told of each change of a circuit's state. */
  readonly onCircuit?: (service: Service, state: CircuitState) => void;
}

/** A probe asks two things at once at most; without one, none is open. */
const PROBING_CONNECTIONS = 2;

export function connect(
  { service, credentials, timeoutMs, deadlineMs, retries, connections, shareConnections }: ServiceSettings,
  { onCircuit }: ConnectOptions = {},
): ConnectedService {
  const dialect = dialectNamed(service.dialect);
  const attachment = dialect.attach(service);
  const transport = openTransport(service, { timeoutMs, connections, shareConnections });
  const bounded = (sent: Send) => pipeline(sent, deadline(deadlineMs), retry({ retries }, service));
  const circuit = new Circuit(service, dialect.blamesCaller ?? (() => false), (state) => onCircuit?.(service, state));
  const send = bounded(circuit.step(transport.send));
  const flights = new Flights(deadlineMs / 2);
  // Of its own, so that a service is not taken for dead where we keep all connections to it busy.
  const probing = openTransport(service, { timeoutMs, connections: PROBING_CONNECTIONS });
  const sendProbe = bounded(probing.send);
  const readCredential = credentialReader(credentials, dialect.encodeBasic);
  const hint = credentialHint(credentials);
  const configured = readCredential(() => null);
  // Null where callers bring their own.
  const own = configured === null ? null : new Caller(service.name, configured);
  return {
    openFor(header, operation) {
      const credential = readCredential(header);
      const caller = own !== null && credential === own.credential ? own : new Caller(service.name, credential);
      // Of the whole operation, and not of each directory that is opened anew after a write.
      const patient = patience(deadlineMs, service);
      return new OpenService(service, dialect.family, caller, () =>
        attachment.open(
          pipeline(
            send,
            readOnce(caller.principal),
            patient,
            ledger(operation.ledger, service),
            budget(operation.budget, service),
            cancelWith(operation.signal),
            share(flights, caller.principal, service),
            headers({ "x-request-id": operation.requestId }),
            authorize(caller, service, hint),
          ),
        ),
      );
    },
    planFor: (planning) => new PlannedService(service, dialect.family, planning, (plan) => attachment.plan(plan)),
    async probe(withinMs = timeoutMs) {
      const ms = Math.min(withinMs, timeoutMs);
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(tooLate(service, ms)), ms);
      const bare = pipeline(sendProbe, cancelWith(controller.signal));
      const signed = own === null ? null : pipeline(bare, authorize(own, service, hint));
      try {
        return { service, health: await attachment.probe(bare, signed) };
      } finally {
        clearTimeout(timer);
      }
    },
    get circuit() {
      return circuit.state;
    },
    close: async () => {
      await Promise.all([transport.destroy(), probing.destroy()]);
    },
  };
}

/** Ends calls early: those of a caller that has gone away, or of a probe whose time is up. */
function cancelWith(signal: AbortSignal): Step {
  return (next) => async (request) => {
    // Nobody's read must become the one call that tries whether a service is there again.
    signal.throwIfAborted();
    return next({ ...request, signal });
  };
}

function tooLate(service: Service, ms: number): ServiceFailure {
  const { name } = service;
  return new ServiceFailure("UPSTREAM_TIMEOUT", lateness(service), {
    service: name,
    detail: `probe: not done after ${ms} ms`,
  });
}

function dialectNamed(name: string): Dialect {
  const dialect = dialects.find((one) => one.name === name);
  if (dialect === undefined) throw new Error(`There is no dialect ${name}.`);
  return dialect;
}
