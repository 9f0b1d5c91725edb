import { GraphQLError, isEnumType, type ExecutionResult, type GraphQLSchema } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Limits } from "../config/settings.ts";
import { placeOf } from "./graphql-errors.ts";

/** Says what is wrong with a request, at the place of another error where one is given. */
export type TellRequestError = (error: GraphQLError, located?: GraphQLError) => GraphQLError;

/**
 * What is wrong with a request, with one of the documented codes and in words that quote no value: it may be a password
 * in the wrong place.
 * @param schema whose names may be told; null where nobody may learn them
 */
export function requestErrorTeller(schema: GraphQLSchema | null, limits: Limits): TellRequestError {
  return (error, located = error) => {
    const { code, http, retryable } = error.extensions as {
      code?: string;
      http?: { status?: number };
      retryable?: boolean;
    };
    const tooMuch = http?.status === 413 || error.message === "Validation aborted.";
    const known = code !== undefined && CODES.has(code) ? code : "BAD_USER_INPUT";
    return new GraphQLError(limitMessage(error.message, limits) ?? withoutValues(error.message, schema), {
      ...placeOf(located),
      extensions: {
        code: tooMuch ? "LIMIT_EXCEEDED" : known,
        ...(retryable !== undefined && { retryable }),
        // What is no GraphQL request at all has its status in either media type, and not only in the newer one.
        ...(http && { http: code === "BAD_REQUEST" ? { ...http, spec: false } : http }),
      },
    });
  };
}

/** Documents that do not fit the schema are answered without execution, and so without passing any mask but this. */
export function maskRequestErrors(tell: TellRequestError): Plugin {
  return {
    onExecutionResult(payload) {
      const result = payload.result as ExecutionResult | undefined;
      if (result?.errors === undefined || "data" in result) return;
      const errors = result.errors.map((error) => (error.path === undefined ? tell(error) : error));
      payload.setResult({ ...result, errors });
    },
  };
}

/** The documented ones; what else graphql-js or Yoga says of a request is a mistake of its sender. */
const CODES = new Set([
  "BAD_USER_INPUT",
  "CALL_BUDGET_EXCEEDED",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "LIMIT_EXCEEDED",
  "UNSUPPORTED",
]);

/** Yoga's own words for two of the limits name neither them nor how much they are. */
function limitMessage(message: string, { body, batch }: Limits): string | undefined {
  if (message === "Request body too large")
    return `The request is larger than ${body} bytes, which is \`limits.body\`.`;
  if (message.startsWith("Batching is "))
    return `The request holds more than ${batch} operations, which is \`limits.batch\`.`;
  return message === "Validation aborted." ? "The document repeats too much to be validated." : undefined;
}

/**
 * graphql-js quotes the value that it cannot take, the caller's own, in these forms:
 * `Variable "$input" got invalid value { ... } at "input.econtext.password"; String cannot represent ...: { ... }`,
 * `Argument "id" has invalid value ...`, `Expected value of type "ID", found ...`, `String cannot represent ...: ...`,
 * `Syntax Error: Expected ":", found String "..."`.
 */
function withoutValues(message: string, schema: GraphQLSchema | null): string {
  if (message.startsWith("Syntax Error: ")) return message.replace(TOKEN, "$1");
  const [, name] = /^Variable "\$(\w+)" got invalid value /.exec(message) ?? [];
  if (name !== undefined) {
    // From the end: the value before it may hold any words, these too.
    const [, place, reason = ""] = /(?: at "([\w.[\]]+)")?; ([^;]*)$/.exec(message) ?? [];
    const isSafe = SAFE_REASONS.some((pattern) => pattern.test(reason));
    const safe = schema === null ? reason.replace(/ Did you mean .*$/, "") : reason;
    const what = isSafe ? safe : expectation(reason, schema);
    return `Variable "$${name}"${place === undefined ? "" : ` at "${place}"`}: ${what}`;
  }
  const argument = /^Argument "(\w+)" has invalid value /.exec(message);
  if (argument !== null) return `Argument "${argument[1] ?? ""}" has a value of the wrong type.`;
  const type = /^Expected value of type "([\w![\]]+)", found |^(?:Enum )?"?(\w+)"? cannot represent /.exec(message);
  if (type !== null) return `Expected a value of type "${type[1] ?? type[2] ?? ""}" here.`;
  return schema === null ? message.replace(SUGGESTION, "") : message;
}

/** Also that there is one would tell that a name is near. */
const SUGGESTION = / (?:Did you mean |\[Suggestion hidden\]).*$/s;

/** What it found in a document's text. The location says where. */
const TOKEN = /\b(Name|Int|Float|String|BlockString|Comment) ".*"/s;

/** What graphql-js says of a value without quoting it. */
const SAFE_REASONS = [
  /^Field "\w+" is not defined by type "\w+"\.(?: Did you mean [\w", ]+\?)?$/,
  /^Field "\w+" of required type "[\w![\]]+" was not provided\.$/,
  /^Expected type "\w+" to be an object\.$/,
  /^Expected non-nullable type "[\w![\]]+" not to be null\.$/,
];

/** What it quotes the value in, after or before the name of the type. */
const TYPE_OF_REASON = /^(?:Enum )?"?(\w+)"? cannot represent |^Value .* does not exist in "(\w+)" enum\./s;

/** Only the schema's own names are told: what looks like one may be a piece of the value. */
function expectation(reason: string, schema: GraphQLSchema | null): string {
  const [, scalar, enumeration] = TYPE_OF_REASON.exec(reason) ?? [];
  const type = schema?.getType(scalar ?? enumeration ?? "");
  if (type == null) return "The value is of the wrong type.";
  if (!isEnumType(type)) return `Expected a value of type "${type.name}".`;
  return `Expected one of ${type
    .getValues()
    .map(({ name }) => name)
    .join(", ")}.`;
}
