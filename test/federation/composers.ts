import { composeServices } from "@apollo/composition";
import { ApolloGateway } from "@apollo/gateway";
import { composeServices as composeWithHive } from "@theguild/federation-composition";
import { federateSubgraphs } from "@wundergraph/composition";
import { buildSchema, parse, print, type GraphQLError, type GraphQLSchema } from "graphql";

/** The SDL of subgraphs, by their names. */
type SubgraphSdls = Readonly<Record<string, string>>;

export interface Composition {
  /** What makes it fail: its code, where the composer has codes, and its message. */
  readonly errors: readonly string[];
  /** What the composer complains of, alike. Hive's never does. */
  readonly hints: readonly string[];
  /** Empty where it failed. */
  readonly supergraph: string;
}

export interface Composer {
  readonly name: "Apollo" | "Hive" | "Cosmo";
  compose(subgraphs: SubgraphSdls): Composition;
  /** What clients of its router are shown. */
  publish(subgraphs: SubgraphSdls): Promise<GraphQLSchema>;
}

const apollo: Composer = {
  name: "Apollo",
  compose(subgraphs) {
    const { errors = [], hints = [], supergraphSdl = "" } = composeServices(definitionsOf(subgraphs));
    return {
      errors: errors.map(toldByCode),
      hints: hints.map(({ definition, message }) => `${definition.code}: ${message}`),
      supergraph: supergraphSdl,
    };
  },
  publish: (subgraphs) => loadInApolloGateway(apollo.compose(subgraphs).supergraph),
};

const hive: Composer = {
  name: "Hive",
  compose(subgraphs) {
    const { errors = [], supergraphSdl = "" } = composeWithHive(definitionsOf(subgraphs));
    return { errors: errors.map(toldByCode), hints: [], supergraph: supergraphSdl };
  },
  publish: (subgraphs) => {
    const { publicSdl = "" } = composeWithHive(definitionsOf(subgraphs));
    return Promise.resolve(buildSchema(publicSdl));
  },
};

const cosmo: Composer = {
  name: "Cosmo",
  compose(subgraphs) {
    const result = federate(subgraphs);
    return {
      errors: result.success ? [] : result.errors.map(({ message }) => message),
      hints: result.warnings.map(({ message }) => message),
      supergraph: result.success ? print(result.federatedGraphAST) : "",
    };
  },
  publish: (subgraphs) => {
    const result = federate(subgraphs);
    if (!result.success) throw new AggregateError(result.errors, "The subgraphs do not compose.");
    return Promise.resolve(result.federatedGraphClientSchema);
  },
};

export const composers: readonly Composer[] = [apollo, hive, cosmo];

/** What Apollo's gateway shows of a supergraph, whoever composed it. */
export async function loadInApolloGateway(supergraphSdl: string): Promise<GraphQLSchema> {
  const gateway = new ApolloGateway({ supergraphSdl, logger: SILENT });
  try {
    return (await gateway.load()).schema;
  } finally {
    await gateway.stop();
  }
}

/** Cosmo keeps what lists cost out of the supergraph: it is given to the router beside it. */
export function costsInCosmo(subgraphs: SubgraphSdls, name: string) {
  const result = federate(subgraphs);
  return result.success ? result.subgraphConfigBySubgraphName.get(name)?.costs : undefined;
}

function federate(subgraphs: SubgraphSdls) {
  const all = definitionsOf(subgraphs).map(({ typeDefs, ...subgraph }) => ({ ...subgraph, definitions: typeDefs }));
  return federateSubgraphs({ subgraphs: all, version: "1" });
}

function definitionsOf(subgraphs: SubgraphSdls) {
  return Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}.example.com/graphql`,
    typeDefs: parse(sdl),
  }));
}

function toldByCode({ extensions, message }: GraphQLError): string {
  return `${String(extensions["code"])}: ${message}`;
}

const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };
