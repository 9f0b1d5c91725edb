import type { ServiceSettings, Settings } from "./config/settings.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialects } from "./dialects/registry.ts";
import { authorize } from "./http/authorize.ts";
import { budget, type CallBudget } from "./http/budget.ts";
import { credentialHint, credentialReader, type CallerHeaders } from "./http/credential.ts";
import { deadline } from "./http/deadline.ts";
import { ledger, Ledger } from "./http/ledger.ts";
import { readOnce } from "./http/once.ts";
import { retry } from "./http/retry.ts";
import { pipeline, type Step } from "./http/send.ts";
import { openTransport } from "./http/transport.ts";
import type { Log } from "./log.ts";
import { createSchemas } from "./schema/schema.ts";
import type { Tab } from "./server/graphiql.ts";
import type { OperationContext } from "./server/operation.ts";
import { createServer, type GraphqlServer } from "./server/server.ts";
import { OpenService } from "./services/open-service.ts";
import { Services } from "./services/services.ts";

export interface Gateway {
  /** Answers HTTP requests: for `node:http`, and with `fetch` for tests. */
  readonly server: GraphqlServer;
  /** Waits for the upstream calls that are running, and closes all connections. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly log: Log;
  /** What GraphiQL opens with. */
  readonly tabs?: readonly Tab[];
}

/** Joins the parts, once: services over their dialects, the graph over the services, HTTP over the graph. */
export function createGateway(settings: Settings, { log, tabs }: GatewayOptions): Gateway {
  const connected = settings.services.map(connect);
  const { upstreamCalls, nodes } = settings.server.limits;

  const open = (request: Request): OperationContext => {
    const header: CallerHeaders = (name) => request.headers.get(name);
    const operation: Operation = {
      ledger: new Ledger(),
      budget: { limit: upstreamCalls, used: 0 },
      signal: request.signal,
    };
    return {
      ledger: operation.ledger,
      nodes: { limit: nodes, used: 0 },
      services: new Services(connected.map((service) => service.openFor(header, operation))),
    };
  };

  const server = createServer({
    schemas: createSchemas(dialects.map((dialect) => dialect.name)),
    settings: settings.server,
    open,
    tabs,
    log: {
      fault: (error) => log.error({ err: error }, "a fault of ours"),
      failure: ({ code, service, detail, requestId }) => log.warn({ code, service, detail, requestId }, "no answer"),
    },
  });
  return {
    server,
    close: async () => {
      await Promise.all(connected.map((service) => service.close()));
    },
  };
}

/** What the calls of one operation have in common. */
interface Operation {
  readonly ledger: Ledger;
  readonly budget: CallBudget;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

interface ConnectedService {
  openFor(header: CallerHeaders, operation: Operation): OpenService;
  close(): Promise<void>;
}

/** Opens the connections to one service, for the life of the process. */
function connect({
  service,
  credentials,
  timeoutMs,
  deadlineMs,
  retries,
  connections,
}: ServiceSettings): ConnectedService {
  const dialect = dialectNamed(service.dialect);
  const attachment = dialect.attach(service);
  const transport = openTransport(service, { timeoutMs, connections });
  const send = pipeline(transport.send, deadline(deadlineMs, service), retry({ retries }));
  const readCredential = credentialReader(credentials, dialect.encodeBasic);
  const hint = credentialHint(credentials);
  return {
    openFor: (header, operation) =>
      new OpenService(service, dialect.family, () =>
        attachment.open(
          pipeline(
            send,
            readOnce(),
            ledger(operation.ledger, service),
            budget(operation.budget, service),
            cancelWith(operation.signal),
            authorize(readCredential(header), service, hint),
          ),
        ),
      ),
    close: () => transport.close(),
  };
}

/** Ends the calls of a caller that has gone away. */
function cancelWith(signal: AbortSignal): Step {
  return (next) => (request) => next({ ...request, signal });
}

function dialectNamed(name: string): Dialect {
  const dialect = dialects.find((one) => one.name === name);
  if (dialect === undefined) throw new Error(`There is no dialect ${name}.`);
  return dialect;
}
