import { blockFieldSuggestionsPlugin } from "@escape.tech/graphql-armor-block-field-suggestions";
import { useDisableIntrospection } from "@graphql-yoga/plugin-disable-introspection";
import { createYoga, type CORSOptions, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { ServerSettings } from "../config/settings.ts";
import type { Schemas } from "../schema/schema.ts";
import { refuseOverBudget } from "./call-budget.ts";
import { preventCsrf } from "./csrf.ts";
import { createDocumentCache } from "./document-cache.ts";
import { explainCalls } from "./explain.ts";
import { graphiqlOptions, type Tab } from "./graphiql.ts";
import { maskErrors, maskResults, type ErrorLog } from "./graphql-errors.ts";
import { maskRequestErrors, requestErrorTeller } from "./request-errors.ts";
import { answerRequestId, requestIdOf } from "./request-id.ts";
import { hideSdl, showSchema } from "./introspection.ts";
import { limitDocuments } from "./limits.ts";
import { logOperations, type OperationRecord } from "./operation-log.ts";
import type { OperationContext, PlanOperation } from "./operation.ts";
import { shedLoad } from "./overload.ts";
import { tellPlans } from "./plan.ts";
import { tellReadiness, type Circuits, type Probe } from "./readiness.ts";

export type GraphqlServer = YogaServerInstance<object, OperationContext>;

export interface ServerParts {
  readonly schemas: Schemas;
  readonly settings: ServerSettings;
  readonly log: ErrorLog;
  /** Told of each operation when it is done; left out where nobody wants to know. */
  readonly onOperation?: ((record: OperationRecord) => void) | undefined;
  /** Opens the services for the caller of one operation. */
  readonly open: (request: Request, requestId: string) => OperationContext;
  /** Tells what an operation would ask of the services. */
  readonly plan: PlanOperation;
  /** Asks each service how it is. */
  readonly probe: Probe;
  readonly circuits: Circuits;
  /** What GraphiQL opens with. */
  readonly tabs?: readonly Tab[] | undefined;
}

/** GraphQL over HTTP at `/graphql`, GraphiQL for browsers at the same place, `/healthz` and `/readyz`. */
export function createServer({
  schemas,
  settings,
  log,
  onOperation,
  open,
  plan,
  probe,
  circuits,
  tabs,
}: ServerParts): GraphqlServer {
  const { limits, cors, graphiql, introspection, explain } = settings;
  const documents = createDocumentCache();
  const tell = requestErrorTeller(introspection ? schemas.schema : null, limits);
  const mask = maskErrors(log, tell);
  const plugins: Plugin[] = [
    documents.plugin,
    preventCsrf(),
    maskRequestErrors(tell),
    tellPlans({ explain, plan, mask, upstreamCalls: limits.upstreamCalls }),
    maskResults(mask),
    ...limitDocuments(limits),
    showSchema(schemas.shown),
    explainCalls(explain),
    refuseOverBudget(limits.upstreamCalls, plan),
    tellReadiness(probe, circuits, log),
    answerRequestId(),
    shedLoad(limits, (requests) => log.shed(requests)),
    { onResponse: ({ response }) => forbidCaching(response.headers) },
  ];
  if (onOperation !== undefined) plugins.push(logOperations(onOperation));
  // Whoever may not ask for the schema is not to be told of it in suggestions either.
  if (!introspection) plugins.push(useDisableIntrospection(), hideSdl(), blockFieldSuggestionsPlugin());
  return createYoga<object, OperationContext>({
    schema: schemas.schema,
    context: ({ request }) => open(request, requestIdOf(request)),
    plugins,
    graphqlEndpoint: "/graphql",
    healthCheckEndpoint: "/healthz",
    landingPage: false,
    graphiql: graphiql && graphiqlOptions(tabs),
    // Nine megabytes of scripts, which only those load who look at the page.
    renderGraphiQL: async (options) => (await import("@graphql-yoga/render-graphiql")).renderGraphiQL(options),
    cors: allowOrigins(cors.origins),
    batching: { limit: limits.batch },
    maxRequestBodySize: limits.body,
    multipart: false,
    parserAndValidationCache: documents.options,
    maskedErrors: { maskError: (error) => mask(error) },
    logging: false,
  });
}

/**
 * Only an origin that is on the list is told that it may, and each by its own name: for others the server behind us would
 * allow `null`, which is what a page in a sandboxed frame calls itself, whoever's it is.
 */
function allowOrigins(origins: readonly string[]) {
  return (request: Request): CORSOptions => {
    const origin = request.headers.get("origin");
    if (origin === null || !origins.includes(origin)) return false;
    return { origin: [origin], credentials: true, exposedHeaders: EXPOSED };
  };
}

/** What pages of the allowed origins may read of an answer's head. */
const EXPOSED = ["x-request-id", "retry-after"];

/**
 * `no-store` says it all to those who follow HTTP. Routers make one answer of several, and read what they know: Apollo's
 * `private`, Hive's response cache `max-age` alone.
 */
const NO_CACHING = "private, no-store, max-age=0";

/** Whoever asks for people must find them in no cache on the way. GraphiQL's page knows nobody. */
function forbidCaching(headers: Headers): void {
  if (headers.get("content-type")?.startsWith("text/html") !== true) headers.set("cache-control", NO_CACHING);
}
