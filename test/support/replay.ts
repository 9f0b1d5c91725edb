import { readdirSync, readFileSync } from "node:fs";

export interface Exchange {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

/** The recorded exchanges of one dialect, by the name of their file. */
export function exchanges(folder: string): ReadonlyMap<string, Exchange> {
  const path = new URL(`../exchanges/${folder}/`, import.meta.url);
  return new Map(
    readdirSync(path)
      .filter((file) => file.endsWith(".json"))
      .map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(new URL(file, path), "utf8")) as Exchange]),
  );
}

/**
 * Answers what was recorded for the same method and path; the query is not looked at. Of several, the last one counts.
 * What was not recorded is 404, as an unknown path is in all of them.
 */
export function replay(recorded: readonly Exchange[]): (request: Request) => Response {
  const answers = new Map(recorded.map(({ request, response }) => [`${request.method} ${request.path}`, response]));
  return (request) => {
    const answer = answers.get(`${request.method} ${new URL(request.url).pathname}`);
    if (answer === undefined) return new Response(null, { status: 404 });
    const { status, headers, body } = answer;
    const type = headers["content-type"] ?? headers["Content-Type"] ?? "application/json";
    return new Response(body === null ? null : JSON.stringify(body), { status, headers: { "content-type": type } });
  };
}
