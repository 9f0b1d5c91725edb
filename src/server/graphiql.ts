import type { GraphiQLOptions } from "graphql-yoga";

/** What GraphiQL opens with: `example` where the embedded sandbox has what the queries name. */
export function graphiqlOptions(example: readonly Tab[] | undefined): GraphiQLOptions {
  return {
    title: "usergraph",
    defaultEditorToolsVisibility: "variables",
    ...(example === undefined
      ? { defaultQuery: WELCOME }
      : {
          defaultQuery: (example[0] as Tab).query,
          defaultTabs: example.map(({ query, variables }) => ({ query, variables: variables ?? null })),
        }),
  };
}

export interface Tab {
  readonly query: string;
  /** JSON */
  readonly variables?: string;
}

const WELCOME = `# One graph over your user-management services.
# Which services are there?
query Services {
  services {
    name
    dialect
  }
}
`;
