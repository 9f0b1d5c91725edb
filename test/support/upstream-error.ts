import type { FailureCode, ProblemCode } from "../../src/domain/errors.ts";

/** What a service answers, and how the document describes it: never with a secret. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly says: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What becomes of an answer in the graph. */
export type Outcome =
  | { readonly is: "null" }
  | { readonly is: "empty" }
  | { readonly is: "done"; readonly because: string }
  | { readonly is: "refused"; readonly problems: readonly Told[] }
  | { readonly is: "failed"; readonly code: FailureCode; readonly unknown: boolean };

type Told = readonly [code: ProblemCode, path: string];

export const NULL: Outcome = { is: "null" };
export const EMPTY: Outcome = { is: "empty" };
export const done = (because: string): Outcome => ({ is: "done", because });
export const failed = (code: FailureCode): Outcome => ({ is: "failed", code, unknown: false });
export const lost = (code: FailureCode): Outcome => ({ is: "failed", code, unknown: true });
export const refused = (...problems: readonly Told[]): Outcome => ({ is: "refused", problems });

/** Something that is asked of the graph, and the request of the service that it is about. */
export interface GraphOperation {
  /** As the document names it. */
  readonly name: string;
  readonly query: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Of the field, in the response. */
  readonly path: readonly string[];
  /** Method and path of the request that is answered by the row. */
  readonly request: string;
  /** Where there is such a thing to ask; left out: in all. */
  readonly editions?: readonly string[];
  /** Other requests that are not answered by the sandbox, either. */
  readonly beside?: Readonly<Record<string, UpstreamAnswer>>;
}

/** Operations of which the same is true. */
export interface Several {
  readonly name: string;
  readonly operations: readonly GraphOperation[];
}

export type Row = readonly [
  asked: Asked,
  /** `E0, E1`; `all` */
  editions: string,
  answer: UpstreamAnswer,
  outcome: Outcome,
];

type Asked = Several | GraphOperation;

export function several(...asked: readonly Asked[]): Several {
  return all(asked.map(({ name }) => name).join(", "), ...asked);
}

/** Several operations under a name of their own. */
export function all(name: string, ...asked: readonly Asked[]): Several {
  return { name, operations: asked.flatMap(operationsOf) };
}

export function operationsOf(asked: Asked): readonly GraphOperation[] {
  return "operations" in asked ? asked.operations : [asked];
}

/** A table of Markdown, not yet padded. */
export function writeTable(rows: readonly Row[]): string {
  const lines = rows.map(([{ name }, editions, { status, says }, outcome]) => [
    name,
    editions,
    String(status),
    says,
    tell(outcome),
  ]);
  return [
    ["operation", "edition", "status", "the service says", "it becomes"],
    ["---", "---", "---", "---", "---"],
    ...lines,
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

export function tell(outcome: Outcome): string {
  switch (outcome.is) {
    case "null":
      return "null";
    case "empty":
      return "an empty list";
    case "done":
      return outcome.because;
    case "refused":
      return outcome.problems.map(([code, path]) => `\`${code}\` at \`${path}\``).join(" and ");
    case "failed":
      return `\`${outcome.code}\`${outcome.unknown ? ", outcome UNKNOWN" : ""}`;
  }
}

/** A span of code, which may hold backticks itself. */
export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
