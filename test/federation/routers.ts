import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { composeServices } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { composeServices as composeWithHive } from "@theguild/federation-composition";
import { parse, type DocumentNode } from "graphql";
import type { Subgraph } from "./subgraphs.ts";

export interface Router {
  readonly url: string;
  close(): Promise<void>;
}

/** The headers of callers that are meant for usergraph, and for no other subgraph. */
const CREDENTIALS = ["authorization", "x-cloud-authorization"];

interface CallerContext {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** `@apollo/gateway` in Apollo Server, over what Apollo's composition made of the subgraphs. */
export async function startApolloGateway(subgraphs: readonly Subgraph[]): Promise<Router> {
  const { supergraphSdl, errors } = composeServices([...(await definitionsOf(subgraphs))]);
  if (supergraphSdl === undefined) throw new AggregateError(errors, "The subgraphs do not compose.");
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url }) =>
      new RemoteGraphQLDataSource({
        ...(url !== undefined && { url }),
        willSendRequest({ request, context }) {
          if (name !== "usergraph") return;
          const { headers } = context as CallerContext;
          for (const header of CREDENTIALS) {
            const value = headers?.[header];
            if (value !== undefined) request.http?.headers.set(header, value);
          }
        },
      }),
  });
  const server = new ApolloServer<CallerContext>({ gateway, includeStacktraceInErrorResponses: false });
  const { url } = await startStandaloneServer(server, {
    listen: { host: "127.0.0.1", port: 0 },
    context: ({ req }) => Promise.resolve({ headers: req.headers as Record<string, string> }),
  });
  return { url, close: () => server.stop() };
}

/**
 * Hive Gateway as people run it: its command line.
 * @param config the name of a configuration beside this file
 * @param compose whose composition makes the supergraph: Hive's, where left out
 */
export async function startHiveGateway(
  subgraphs: readonly Subgraph[],
  config = "gateway.config.ts",
  compose: typeof composeWithHive | typeof composeServices = composeWithHive,
): Promise<Router> {
  const { supergraphSdl, errors } = compose([...(await definitionsOf(subgraphs))]);
  if (supergraphSdl === undefined) throw new AggregateError(errors, "The subgraphs do not compose.");
  const folder = await mkdtemp(join(tmpdir(), "usergraph-hive-"));
  const supergraph = join(folder, "supergraph.graphql");
  await writeFile(supergraph, supergraphSdl);
  const bin = fileURLToPath(import.meta.resolve("@graphql-hive/gateway")).replace(/index\.js$/, "bin.js");
  const child = spawn(
    process.execPath,
    [bin, "supergraph", supergraph, "--host", "127.0.0.1", "--port", "0", "--config-path", configPath(config)],
    { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder } },
  );
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
    await rm(folder, { recursive: true });
  };
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit = once(child, "exit").then(() => true);
  for (;;) {
    const [, port] = /^port (\d+)$/m.exec(output) ?? [];
    if (port !== undefined) return { url: `http://127.0.0.1:${port}/graphql`, close };
    if (await Promise.race([exit, once(child.stdout, "data").then(() => false)])) {
      await close();
      throw new Error(`Hive Gateway ended:\n${output}`);
    }
  }
}

function configPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

interface SubgraphDefinition extends Subgraph {
  readonly typeDefs: DocumentNode;
}

/** What the subgraphs say of themselves, as `rover subgraph introspect` asks them. */
async function definitionsOf(subgraphs: readonly Subgraph[]): Promise<readonly SubgraphDefinition[]> {
  return Promise.all(
    subgraphs.map(async (subgraph) => ({ ...subgraph, typeDefs: parse(await readSdl(subgraph.url)) })),
  );
}

async function readSdl(url: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ _service { sdl } }" }),
  });
  const { data } = (await response.json()) as { readonly data: { readonly _service: { readonly sdl: string } } };
  return data._service.sdl;
}
