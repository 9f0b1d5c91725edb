import { blockFieldSuggestionsPlugin } from "@escape.tech/graphql-armor-block-field-suggestions";
import { useDisableIntrospection } from "@graphql-yoga/plugin-disable-introspection";
import { createYoga, type CORSOptions, type Plugin, type YogaServerInstance } from "graphql-yoga";
import type { RequestListener } from "node:http";
import type { DocumentNode, GraphQLError, GraphQLSchema } from "graphql";
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
import type { OpenOperation, OperationContext, PlanOperation } from "./operation.ts";
import { OperationLimit, shedLoad } from "./overload.ts";
import { GRAPHQL_PATH } from "./paths.ts";
import { createFastPath } from "./fast-path.ts";
import { createPrepare } from "./prepared-operation.ts";
import { tellPlans } from "./plan.ts";
import { tellReadiness, type Circuits, type Probe } from "./readiness.ts";

export type GraphqlServer = YogaServerInstance<object, OperationContext>;

export interface ServerParts {
  readonly schemas: Schemas;
  readonly settings: ServerSettings;
  readonly log: ErrorLog;
  /** Told of each operation when it is done; left out where nobody wants to know. */
  readonly onOperation?: ((record: OperationRecord) => void) | undefined;
  readonly open: OpenOperation;
  /** Tells what an operation would ask of the services. */
  readonly plan: PlanOperation;
  /** Asks each service how it is. */
  readonly probe: Probe;
  readonly circuits: Circuits;
  /** What GraphiQL opens with. */
  readonly tabs?: readonly Tab[] | undefined;
  /** `known` where left out. */
  readonly fastPath?: FastPathUse | undefined;
}

/**
 * Which requests take the fast path, of those that can: those whose document proved valid before, all of them or none.
 * For tests, which have to see both ways answer alike.
 */
export type FastPathUse = "known" | "always" | "never";

export interface GraphqlServers {
  readonly yoga: GraphqlServer;
  /** For `node:http`: the fast path, and Yoga behind it. */
  readonly listener: RequestListener;
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
  fastPath = "known",
}: ServerParts): GraphqlServers {
  const { limits, cors, graphiql, introspection, explain } = settings;
  const documents = createDocumentCache();
  const limit = new OperationLimit(limits.operations);
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
    shedLoad(limits, (requests) => log.shed(requests), limit),
    { onResponse: ({ response }) => forbidCaching(response.headers) },
  ];
  if (onOperation !== undefined) plugins.push(logOperations(onOperation));
  // Whoever may not ask for the schema is not to be told of it in suggestions either.
  if (!introspection) plugins.push(useDisableIntrospection(), hideSdl(), blockFieldSuggestionsPlugin());
  const corsOf = allowOrigins(cors.origins);
  const yoga = createYoga<object, OperationContext>({
    schema: schemas.schema,
    context: ({ request }) =>
      open({
        header: (name) => request.headers.get(name),
        signal: request.signal,
        requestId: requestIdOf(request),
      }),
    plugins,
    graphqlEndpoint: GRAPHQL_PATH,
    healthCheckEndpoint: "/healthz",
    landingPage: false,
    graphiql: graphiql && graphiqlOptions(tabs),
    // Nine megabytes of scripts, which only those load who look at the page.
    renderGraphiQL: async (options) => (await import("@graphql-yoga/render-graphiql")).renderGraphiQL(options),
    cors: (request) => corsOf(request.headers.get("origin")),
    batching: { limit: limits.batch },
    maxRequestBodySize: limits.body,
    multipart: false,
    parserAndValidationCache: documents.options,
    maskedErrors: { maskError: (error) => mask(error) },
    logging: false,
  });
  const server: RequestListener = (request, response) => void yoga(request, response);
  if (fastPath === "never") return { yoga, listener: server };
  const findDocument = (text: string) =>
    documents.find(text) ?? (fastPath === "always" ? prove(yoga, schemas.schema, text) : undefined);
  const prepare = createPrepare(schemas.schema, findDocument, limits.upstreamCalls);
  const listener = createFastPath({
    server,
    fetchAPI: yoga.fetchAPI,
    settings,
    prepare,
    open,
    mask,
    limit,
    cors: corsOf,
    caching: NO_CACHING,
    onOperation,
  });
  return { yoga, listener };
}

/** @returns undefined for what Yoga would not execute */
function prove(yoga: GraphqlServer, schema: GraphQLSchema, text: string): DocumentNode | undefined {
  const { parse, validate } = yoga.getEnveloped({} as never);
  try {
    const document = parse(text) as DocumentNode;
    const errors = validate(schema, document) as readonly GraphQLError[];
    return errors.length === 0 ? document : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Only an origin that is on the list is told that it may, and each by its own name: for others the server behind us would
 * allow `null`, which is what a page in a sandboxed frame calls itself, whoever's it is.
 */
function allowOrigins(origins: readonly string[]) {
  return (origin: string | null): CORSOptions => {
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
