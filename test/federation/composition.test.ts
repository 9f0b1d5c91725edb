import { readFileSync } from "node:fs";
import {
  isInputObjectType,
  Kind,
  parse,
  print,
  validate,
  visit,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type GraphQLSchema,
} from "graphql";
import { afterAll, describe, expect, it } from "vitest";
import { printSubgraph } from "../../src/cli/schema.ts";
import { composers, costsInCosmo, loadInApolloGateway, type Composer, type Composition } from "./composers.ts";

const usergraph = printSubgraph({ node: false, compose: true });
const relay = neighbour("relay");

/** Beside whom it composes without a complaint. */
const NEIGHBOURS = {
  "a Relay-style one that requires a field of ours": relay,
  "one that requires but a part of our lists": neighbour("requiring"),
  "one that extends all entities": neighbour("extending"),
  "one that knows entities by their ids alone": neighbour("referring"),
  "one with Apollo Server's @cacheControl": neighbour("apollo-server"),
  "one with Yoga's @cacheControl": neighbour("mesh"),
  "one that composes @cacheControl as Mesh's examples do": neighbour("mesh-composed"),
  "one with an @oneOf": neighbour("one-of"),
  "one that tells what its lists cost": neighbour("costly"),
  "one without federation": neighbour("no-federation"),
};

/** Of the versions of federation those that Hive's composer knows, and those that Apollo's knows beyond them. */
const VERSIONS = ["v2.0", "v2.1", "v2.2", "v2.3", "v2.4", "v2.5", "v2.6", "v2.7", "v2.8", "v2.9"];
const NEWER_VERSIONS = ["v2.10", "v2.11", "v2.12"];

/** What we tell routers and clients. */
const MARKS = ["oneOf", "cacheControl", "cost", "listSize"];

const PRIVATE = "@cacheControl(maxAge: 0, scope: PRIVATE)";

/** What two subgraphs that compose one directive from two addresses are told. */
const TWO_ADDRESSES = (directive: string) =>
  `DIRECTIVE_COMPOSITION_ERROR: Composed directive "${directive}" is not linked by the same core feature in every subgraph`;

describe.each(composers)("$name's composer", (composer) => {
  const { name } = composer;

  it.each(Object.entries(NEIGHBOURS))("takes it beside %s: whole, and without a complaint", (title, orders) => {
    const { errors, hints, supergraph } = compose(composer, title, orders);
    expect({ errors, hints }).toEqual({ errors: [], hints: [] });
    expect(coordinatesOf(supergraph)).toEqual(expect.arrayContaining([...coordinatesOf(usergraph)]));
  });

  it.each(VERSIONS)("takes it beside a subgraph of federation %s", (version) => {
    const { errors, hints } = composer.compose({ usergraph, orders: inVersion(version) });
    expect({ errors, hints }).toEqual({ errors: [], hints: [] });
  });

  it.each(NEWER_VERSIONS)("takes it beside a subgraph of federation %s, where it knows that", (version) => {
    const { errors, hints } = composer.compose({ usergraph, orders: inVersion(version) });
    const unknown = `UNKNOWN_FEDERATION_LINK_VERSION: [orders] Invalid version ${version} for the federation feature in @link directive on schema`;
    expect({ errors, hints }).toEqual({ errors: name === "Hive" ? [unknown] : [], hints: [] });
  });

  it("takes it beside a subgraph of Federation 1, of whose ids Cosmo's complains, with ours or without", () => {
    const orders = neighbour("federation-1");
    const { errors, hints } = compose(composer, "one of Federation 1", orders);
    expect(errors).toEqual([]);
    const relic = 'The entity extension "User" defined in subgraph "orders" defines a "@key" ';
    expect(hints).toEqual(name === "Cosmo" ? [expect.stringContaining(relic)] : []);
    expect(composer.compose({ orders }).hints).toEqual(hints);
  });

  it("takes it beside a subgraph that describes our users too, of which Apollo's complains", () => {
    const { errors, hints } = compose(composer, "one that describes users", neighbour("describing"));
    expect(errors).toEqual([]);
    const second = 'INCONSISTENT_DESCRIPTION: Element "User" has ';
    expect(hints).toEqual(name === "Apollo" ? [expect.stringContaining(second)] : []);
  });

  it("takes it beside a subgraph that lets caches share our users, of which Apollo's complains", () => {
    const orders = neighbour("apollo-server").replace("type User @key", "type User @cacheControl(maxAge: 60) @key");
    const { errors, hints, supergraph } = compose(composer, "one that caches our users", orders);
    expect(errors).toEqual([]);
    const contradiction = 'Non-repeatable directive @cacheControl is applied to "User" in multiple subgraphs ';
    expect(hints).toEqual(name === "Apollo" ? [expect.stringContaining(contradiction)] : []);
    // The subgraph that comes first by its name has it, of a type. What is asked of us directly stays as it was.
    const shared = { Apollo: ["@cacheControl(maxAge: 60)"], Hive: [PRIVATE], Cosmo: undefined }[name];
    expect(marksOf(supergraph)["User"]).toEqual(shared);
    expect(marksOf(supergraph)["Query.user"]).toEqual(name === "Cosmo" ? undefined : [PRIVATE]);
  });

  it.each([
    ["own-caching", "@cacheControl", ["Apollo", "Hive"]],
    ["linked-caching", "@cacheControl", ["Hive"]],
    ["own-one-of", "@oneOf", ["Apollo", "Hive"]],
  ])("takes it beside %s, with another %s, when it leaves its own out", (file, directive, refusing) => {
    const orders = neighbour(file);
    const refused = compose(composer, `${file}.graphql`, orders);
    expect(refused.errors).toEqual(refusing.includes(name) ? [TWO_ADDRESSES(directive)] : []);

    const plain = printSubgraph({ node: false, compose: false });
    const { errors, hints } = composer.compose({ usergraph: plain, orders });
    expect(errors).toEqual([]);
    // The neighbour's own: it defines what it does not compose.
    expect(hints).toEqual(composer.compose({ orders }).hints);
  });

  it("keeps what routers and clients are to know", () => {
    const { supergraph } = composer.compose({ usergraph, orders: relay });
    const marks = marksOf(usergraph);
    expect(marks).toMatchObject({
      CreateUserInput: ["@oneOf"],
      User: [PRIVATE],
      "Query.user": [PRIVATE],
      "User.groups": ["@cost(weight: 10)"],
      "UserGroupsConnection.nodes": ["@listSize(assumedSize: 20)"],
    });
    // What lists cost, Cosmo's router is told beside it, and caches it asks nothing.
    expect(marksOf(supergraph)).toEqual(name === "Cosmo" ? { CreateUserInput: ["@oneOf"] } : marks);
  });

  it("makes a graph for clients in which both belong together", async () => {
    const schema = await composer.publish({ usergraph, orders: relay });
    const errors = validate(
      schema,
      parse(`{
        orders(first: 50) { nodes { placedAt owner { name label groups { nodes { name parent { name } } } } } }
        users(first: 5) { nodes { email orders { pageInfo { hasNextPage } } } }
        node(id: "Order:1") { id ... on User { username } ... on Order { owner { id } } }
      }`),
    );
    expect(errors).toEqual([]);
    expect(validate(schema, parse("{ users { nodes { password } } }"))).toHaveLength(1);
  });

  it("makes a graph that refuses a user of no dialect, but for Apollo's: there the refusal is ours alone", async () => {
    const schema = await composer.publish({ usergraph, orders: relay });
    expect(isOneOf(schema)).toBe(name !== "Apollo");
    const errors = validate(schema, parse("mutation { createUser(input: {}) { user { id } } }"));
    expect(errors).toHaveLength(name === "Apollo" ? 0 : 1);
  });

  it("takes `node` and `nodes` from one subgraph alone", () => {
    const withNode = printSubgraph({ node: true, compose: true });
    const alone = composer.compose({ usergraph: withNode, orders: without(relay, "Query", ["node", "nodes"]) });
    expect(alone).toMatchObject({ errors: [], hints: [] });
    expect(coordinatesOf(alone.supergraph)).toEqual(expect.arrayContaining(["Query.node", "Query.nodes"]));

    const { errors } = composer.compose({ usergraph: withNode, orders: relay });
    if (name === "Cosmo") {
      expect(errors).toEqual([expect.stringMatching(/"Query" defines the same fields .* "node" .* "nodes" /s)]);
    } else {
      const twice = (field: string) =>
        `INVALID_FIELD_SHARING: Non-shareable field "${field}" is resolved from multiple subgraphs: it is resolved from subgraphs "orders" and "usergraph" and defined as non-shareable in all of them`;
      expect(errors).toEqual([twice("Query.node"), twice("Query.nodes")]);
    }
  });

  describe("would not take it", () => {
    it("without `@shareable` on pages", () => {
      const changed = usergraph.replace("type PageInfo @shareable {", "type PageInfo {");
      expect(changed).not.toBe(usergraph);
      const { errors } = composer.compose({ usergraph: changed, orders: relay });
      expect(errors.join()).toMatch(/PageInfo/);
    });

    it("without the key of users", () => {
      const changed = usergraph.replace('type User implements Node @key(fields: "id")', "type User implements Node");
      expect(changed).not.toBe(usergraph);
      const { errors } = composer.compose({ usergraph: changed, orders: relay });
      expect(errors.join()).toMatch(/User/);
    });
  });
});

describe("Apollo's composer alone", () => {
  const [apollo] = composers as readonly [Composer];

  it.each([
    ["type PageInfo", "PageInfo"],
    ["interface Node", "Node"],
    ["scalar DateTime", "DateTime"],
    ["scalar JSONObject", "JSONObject"],
  ])("would complain of a second description of `%s`", (definition, element) => {
    const changed = usergraph.replace(definition, `"Ours."\n${definition}`);
    expect(changed).not.toBe(usergraph);
    const { hints } = apollo.compose({ usergraph: changed, orders: relay });
    expect(hints).toEqual([expect.stringMatching(`^INCONSISTENT_DESCRIPTION: Element "${element}" has `)]);
  });

  it("would complain of a scope of caches that only an uncomposed directive uses", () => {
    const changed = usergraph.replace('@composeDirective(name: "@cacheControl")', "");
    expect(changed).not.toBe(usergraph);
    const { hints } = apollo.compose({ usergraph: changed, orders: relay });
    expect(hints).toEqual([expect.stringMatching('^UNUSED_ENUM_TYPE: Enum type "CacheControlScope" ')]);
  });

  it("forgets `@oneOf` and caches where they are not composed", () => {
    const plain = printSubgraph({ node: false, compose: false });
    expect(apollo.compose({ usergraph: plain, orders: relay }).supergraph).not.toMatch(/oneOf|cacheControl/i);
  });
});

describe("Hive's and Cosmo's composers", () => {
  it("know `@oneOf` without a word of ours", () => {
    const plain = printSubgraph({ node: false, compose: false });
    for (const composer of composers.filter(({ name }) => name !== "Apollo")) {
      const { supergraph } = composer.compose({ usergraph: plain, orders: relay });
      expect(marksOf(supergraph)).toMatchObject({ CreateUserInput: ["@oneOf"] });
      expect(supergraph).not.toMatch(/cacheControl/i);
    }
  });

  it("give what lists cost to Cosmo's router beside the supergraph", () => {
    const costs = costsInCosmo({ usergraph, orders: relay }, "usergraph");
    expect(costs?.fieldWeights.get("User.groups")).toMatchObject({ weight: 10 });
    expect(costs?.listSizes.get("UserGroupsConnection.edges")).toMatchObject({ assumedSize: 20 });
    expect(costs?.listSizes.get("User.apiKeys")).toMatchObject({ assumedSize: 10 });
  });
});

describe("Apollo's gateway", () => {
  // It reads the links of a supergraph again: an address that a composer takes may be one that it refuses.
  it.each(composers.filter(({ name }) => name !== "Cosmo"))(
    "loads the supergraph of $name's composer",
    async (composer) => {
      for (const orders of [relay, neighbour("requiring")]) {
        const schema = await loadInApolloGateway(composer.compose({ usergraph, orders }).supergraph);
        expect(schema.getType("User")).toMatchObject({ name: "User" });
      }
    },
  );
});

const report: string[] = [];

/** With `SHOW_COMPOSITION=1`: what each composer made of it, and said. */
afterAll(() => {
  if (process.env["SHOW_COMPOSITION"] === "1") console.log(report.join("\n"));
});

function compose(composer: Composer, title: string, orders: string): Composition {
  const composition = composer.compose({ usergraph, orders });
  const { errors, hints, supergraph } = composition;
  const complaints = [...errors.map((error) => `error ${error}`), ...hints.map((hint) => `hint ${hint}`)];
  report.push(`${composer.name}, ${title}: ${errors.length} errors, ${hints.length} hints${survivors(supergraph)}`);
  report.push(...complaints.map((complaint) => `    ${complaint.replaceAll("\n", "\n    ")}`));
  return composition;
}

/** How many types there are, and how many of the directives that we gave. */
function survivors(supergraph: string): string {
  if (supergraph === "") return "";
  const types = parse(supergraph).definitions.filter(({ kind }) => kind.endsWith("TypeDefinition")).length;
  const counts = MARKS.map((name) => `${count(supergraph, name)} @${name}`);
  return `; ${types} types; ${counts.join(", ")}`;
}

function count(sdl: string, directive: string): number {
  let found = 0;
  visit(parse(sdl), { Directive: ({ name }) => void (found += name.value === directive ? 1 : 0) });
  return found;
}

function neighbour(file: string): string {
  return readFileSync(new URL(`neighbours/${file}.graphql`, import.meta.url), "utf8");
}

function inVersion(version: string): string {
  const changed = relay.replace("/federation/v2.5", `/federation/${version}`);
  expect(changed).toContain(`/federation/${version}"`);
  return changed;
}

function without(sdl: string, type: string, fields: readonly string[]): string {
  const remaining = visit(parse(sdl), {
    ObjectTypeDefinition: ({ name }) => (name.value === type ? undefined : false),
    FieldDefinition: ({ name }) => (fields.includes(name.value) ? null : undefined),
  });
  return print(remaining);
}

/** Types, and their fields, input fields and values, of which clients know. */
function coordinatesOf(sdl: string): readonly string[] {
  if (sdl === "") return [];
  return parse(sdl).definitions.flatMap((definition) => {
    if (!isTyped(definition)) return [];
    const members = "fields" in definition ? definition.fields : "values" in definition ? definition.values : [];
    const type = definition.name.value;
    return [type, ...members.map(({ name }) => `${type}.${name.value}`)];
  });
}

type Typed = Extract<DefinitionNode, { readonly kind: `${string}TypeDefinition` }>;

function isTyped(definition: DefinitionNode): definition is Typed {
  return definition.kind.endsWith("TypeDefinition");
}

/** What routers and clients are told of types and fields, by their coordinates; composers keep no order. */
function marksOf(sdl: string): Readonly<Record<string, readonly string[]>> {
  const marks = parse(sdl)
    .definitions.filter(isTyped)
    .flatMap((type) => {
      const fields = type.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : [];
      return [
        [type.name.value, marksIn(type.directives)] as const,
        ...fields.map((field) => [`${type.name.value}.${field.name.value}`, marksIn(field.directives)] as const),
      ];
    });
  return Object.fromEntries(marks.filter(([, directives]) => directives.length > 0));
}

function marksIn(directives: readonly ConstDirectiveNode[] = []): readonly string[] {
  const told = directives.filter(({ name }) => MARKS.includes(name.value));
  return told.map((directive) => print({ ...directive, arguments: sorted(directive.arguments) })).toSorted();
}

function sorted(all: readonly ConstArgumentNode[] = []): readonly ConstArgumentNode[] {
  return all.toSorted((one, other) => one.name.value.localeCompare(other.name.value));
}

function isOneOf(schema: GraphQLSchema): boolean {
  const type = schema.getType("CreateUserInput");
  return isInputObjectType(type) && type.isOneOf;
}
