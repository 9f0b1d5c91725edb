import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildASTSchema, parse, print, visit, type ConstDirectiveNode, type GraphQLSchema } from "graphql";

export interface Sdl {
  readonly schema: GraphQLSchema;
  /** What is written at each place: `User`, `User.name`, `Query.users.first`, and `schema` itself. */
  readonly directives: ReadonlyMap<string, readonly ConstDirectiveNode[]>;
}

export interface Change {
  /** Where: `User.name`, `UserStatus.ENABLED`, `schema`. */
  readonly path: string;
  readonly level: CriticalityLevel;
  readonly message: string;
}

/**
 * Directives need no definition: composers define those of federation.
 * @throws GraphQLError where the text is no schema.
 */
export function readSdl(text: string): Sdl {
  const document = parse(text);
  const directives = new Map<string, readonly ConstDirectiveNode[]>([["schema", []]]);
  visit(document, {
    enter(node, _key, _parent, _path, ancestors) {
      if (!("directives" in node)) return;
      const names = [...ancestors, node].flatMap((each) => ("name" in each ? [each.name.value] : []));
      const place = names.join(".") || "schema";
      // Without variables in it, an SDL has constant arguments alone.
      const written = (node.directives ?? []) as readonly ConstDirectiveNode[];
      directives.set(place, [...(directives.get(place) ?? []), ...written]);
    },
  });
  return { schema: buildASTSchema(document, { assumeValidSDL: true }), directives };
}

export async function compare(before: Sdl, after: Sdl): Promise<readonly Change[]> {
  const changes = await diff(before.schema, after.schema);
  const found = changes
    .filter(({ type }) => !String(type).startsWith("DIRECTIVE_USAGE_"))
    .map(({ path, criticality, message }) => ({ path: path ?? "schema", level: criticality.level, message }));
  return [...found, ...compareDirectives(before, after)];
}

/**
 * Inspector compares them by their order, calls another key "an argument removed", and the loss of a key dangerous at
 * most. Those of what is new or gone are no changes of their own.
 */
function compareDirectives(before: Sdl, after: Sdl): readonly Change[] {
  return [...before.directives].flatMap(([path, old]) => {
    const now = after.directives.get(path);
    if (now === undefined) return [];
    return [
      ...without(old, now).map((directive) => judge(path, directive, "removed", REMOVED)),
      ...without(now, old).map((directive) => judge(path, directive, "added", ADDED)),
    ];
  });
}

function without(these: readonly ConstDirectiveNode[], those: readonly ConstDirectiveNode[]) {
  const texts = new Set(those.map(print));
  return these.filter((directive) => !texts.has(print(directive)));
}

function judge(path: string, directive: ConstDirectiveNode, what: string, verdicts: Verdicts): Change {
  const verdict = verdicts[directive.name.value] ?? DANGEROUS;
  const why = verdict.why === undefined ? "" : `: ${verdict.why}`;
  return { path, level: verdict.level, message: `${print(directive)} was ${what}${why}` };
}

interface Verdict {
  readonly level: CriticalityLevel;
  readonly why?: string;
}
type Verdicts = Readonly<Partial<Record<string, Verdict>>>;

/** Such as `@listSize`: routers may weigh, cache or refuse otherwise. */
const DANGEROUS: Verdict = { level: CriticalityLevel.Dangerous };
const SAFE: Verdict = { level: CriticalityLevel.NonBreaking };

/** A directive whose arguments change is removed, and another one added. */
const REMOVED: Verdicts = {
  key: breaking("other subgraphs refer to it by this key"),
  shareable: breaking("it does not compose with subgraphs that have it too"),
  deprecated: SAFE,
  oneOf: SAFE,
};

const ADDED: Verdicts = {
  inaccessible: breaking("clients of the supergraph lose it"),
  external: breaking("routers do not ask this subgraph for it any more"),
  authenticated: breaking("routers refuse callers whom they answered"),
  requiresScopes: breaking("routers refuse callers whom they answered"),
  policy: breaking("routers refuse callers whom they answered"),
  oneOf: breaking("clients could give several, or none"),
  key: SAFE,
  shareable: SAFE,
  deprecated: SAFE,
};

function breaking(why: string): Verdict {
  return { level: CriticalityLevel.Breaking, why };
}
