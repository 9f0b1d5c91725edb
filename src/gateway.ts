import type { RequestListener } from "node:http";
import type { Settings } from "./config/settings.ts";
import { connect, type Operation } from "./connected-service.ts";
import { dialects } from "./dialects/registry.ts";
import type { FailureCode, ServiceFailure } from "./domain/errors.ts";
import { CircuitOpen } from "./http/circuit.ts";
import { Ledger } from "./http/ledger.ts";
import type { Log } from "./log.ts";
import { planOperation } from "./schema/plan.ts";
import { createSchemas, printSubgraphSdl, type Schemas } from "./schema/schema.ts";
import type { Tab } from "./server/graphiql.ts";
import type { OpenOperation } from "./server/operation.ts";
import { describeFault } from "./server/fault.ts";
import { createServer, type FastPathUse, type GraphqlServer } from "./server/server.ts";
import { Services } from "./services/services.ts";

export interface Gateway {
  /** Answers HTTP requests, for `node:http`. */
  readonly listener: RequestListener;
  /** Answers them without the fast path, and with `fetch`. */
  readonly server: GraphqlServer;
  /** Ends the upstream calls that are running, for which nobody waits any more, and closes all connections. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly log: Log;
  /** What GraphiQL opens with. */
  readonly tabs?: readonly Tab[];
  /** For tests. */
  readonly fastPath?: FastPathUse;
}

/** An open circuit was told of when it opened; what a caller may not do, or asked too much of, is no trouble of ours. */
function levelOf(failure: ServiceFailure): "debug" | "info" | "warn" {
  if (failure instanceof CircuitOpen) return "debug";
  return CALLERS_OWN.has(failure.code) ? "info" : "warn";
}

const CALLERS_OWN: ReadonlySet<FailureCode> = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "CALL_BUDGET_EXCEEDED",
  "LIMIT_EXCEEDED",
]);

/** The graph is the same for all gateways of a process, whatever their services. */
let madeSchemas: Schemas | undefined;

/** Joins the parts, once: services over their dialects, the graph over the services, HTTP over the graph. */
export function createGateway(settings: Settings, { log, tabs, fastPath }: GatewayOptions): Gateway {
  const connected = settings.services.map((service) =>
    connect(service, {
      onCircuit: ({ name }, circuit) =>
        log[circuit === "open" ? "warn" : "info"]({ service: name, circuit }, "circuit"),
    }),
  );
  const { upstreamCalls, upstreamBytes, nodes } = settings.server.limits;
  const schemas = (madeSchemas ??= createSchemas(dialects.map((dialect) => dialect.name)));
  let sdl: string | undefined;
  const subgraphSdl = () => (sdl ??= printSubgraphSdl(schemas, settings.server.subgraph));

  const open: OpenOperation = ({ header, signal, requestId }) => {
    const operation: Operation = {
      ledger: new Ledger(),
      budget: { calls: { limit: upstreamCalls, used: 0 }, bytes: { limit: upstreamBytes, used: 0 } },
      signal,
      requestId,
    };
    return {
      requestId,
      ledger: operation.ledger,
      nodes: { limit: nodes, used: 0 },
      failures: [],
      subgraphSdl,
      services: new Services(connected.map((service) => service.openFor(header, operation))),
    };
  };

  const { yoga: server, listener } = createServer({
    schemas,
    settings: settings.server,
    open,
    plan: (args) => planOperation(args, (planning) => connected.map((service) => service.planFor(planning)), nodes),
    probe: (withinMs) => Promise.all(connected.map((service) => service.probe(withinMs))),
    circuits: () => connected.map(({ circuit }) => circuit),
    tabs,
    fastPath,
    ...(log.isLevelEnabled("debug") && { onOperation: (record) => log.debug(record, "operation") }),
    log: {
      fault: (error, requestId) => log.error({ requestId, fault: describeFault(error) }, "a fault of ours"),
      shed: (requests) => log.warn({ requests }, "shed"),
      failure: (failure, requestId) => {
        const { code, service, detail, requestId: upstreamRequestId } = failure;
        log[levelOf(failure)]({ requestId, code, service, detail, upstreamRequestId }, "a call failed");
      },
    },
  });
  return {
    listener,
    server,
    close: async () => {
      await Promise.all([server.dispose(), ...connected.map((service) => service.close())]);
    },
  };
}
