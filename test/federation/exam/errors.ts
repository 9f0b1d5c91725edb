import type { GraphQLError } from "graphql";
import { expect, it, onTestFinished } from "vitest";
import { ask, type Answer } from "../asking.ts";
import { ADA, STRANGER } from "../callers.ts";
import type { Sitting } from "../router-exam.ts";
import { EVERYWHERE, MIXED, SERVICE_NAMES } from "../subgraphs.ts";

export function examineErrors(sit: () => Sitting): void {
  it.each([
    ["that a service refuses", STRANGER],
    ["that are missing", undefined],
  ])("of credentials %s takes nothing of the other subgraph along", async (_title, by) => {
    const query = `{ orders(first: 2, book: "directory") { nodes { id owner { name } } } services { name } }`;
    const { body } = await ask(sit().router.url, query, by === undefined ? {} : { by });
    expect(body.data).toEqual({
      orders: { nodes: [0, 1].map((n) => ({ id: `Order:directory:${n}`, owner: { name: null } })) },
      services: SERVICE_NAMES.map((name) => ({ name })),
    });
    expect(placesOf(body)).toEqual(new Map([0, 1].map((n) => [`orders.nodes.${n}.owner`, ["UNAUTHENTICATED"]])));
    for (const { extensions } of errorsOf(body))
      expect(extensions).toMatchObject({ service: "directory", retryable: false });
  });

  it("of something unsupported stands where it was asked for", async () => {
    const query = `{ users(service: "cloud", search: "x") { nodes { id } } orders(first: 1, book: "cloud") { nodes { id } } }`;
    const { body } = await ask(sit().router.url, query, { by: ADA });
    expect(body.data).toEqual({ users: null, orders: { nodes: [{ id: "Order:cloud:0" }] } });
    expect(errorsOf(body)).toMatchObject([{ path: ["users"], extensions: { code: "UNSUPPORTED", retryable: false } }]);
  });

  it("of an owner's id that is none stands in its own place, and an owner who does not exist is no error", async () => {
    const query = `{ orders(book: "mixed") { nodes { owner { id name username } } } }`;
    const { body } = await ask(sit().router.url, query, { by: ADA });
    const owners: readonly (readonly [string | null, string | null])[] = [
      ["User 003 for ada", "user.003@ada.example.com"],
      [null, null],
      [null, null],
      [null, null],
      [null, null],
      [null, "user.004@ada.example.com"],
    ];
    const nodes = owners.map(([name, username], index) => ({ owner: { id: MIXED[index], name, username } }));
    expect(body.data).toEqual({ orders: { nodes } });
    expect(placesOf(body)).toEqual(new Map([1, 3, 4].map((n) => [`orders.nodes.${n}.owner`, ["BAD_USER_INPUT"]])));
  });

  it("of a service that is down is its own users' alone", async () => {
    const { router, subgraphs } = sit();
    const comeBack = subgraphs.customers.old.hangUp();
    onTestFinished(comeBack);
    const query = `{ orders(book: "everywhere") { nodes { owner { id username } } } }`;
    const { body } = await ask(router.url, query, { by: ADA });
    comeBack();
    const down = SERVICE_NAMES.indexOf("old");
    const username = "user.005@ada.example.com";
    expect(body.data).toEqual({
      orders: { nodes: EVERYWHERE.map((id, n) => ({ owner: { id, username: n === down ? null : username } })) },
    });
    expect(placesOf(body)).toEqual(new Map([[`orders.nodes.${down}.owner`, ["UPSTREAM_UNAVAILABLE"]]]));
    expect(errorsOf(body)).toMatchObject([{ extensions: { service: "old", retryable: true } }]);
    expect(JSON.stringify(body)).not.toContain(new URL(subgraphs.customers.old.url).host);
    const { body: then } = await ask(router.url, query, { by: ADA });
    expect(then.errors).toBeUndefined();
  });

  it("of the document is told by the router, and asks nobody", async () => {
    const { router, subgraphs } = sit();
    const before = subgraphs.usergraph.requests.length;
    const { body } = await ask(router.url, `{ users { nodes { passwd } } }`, { by: ADA });
    expect(body.data).toBeUndefined();
    expect(errorsOf(body)).toMatchObject([{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]);
    expect(subgraphs.usergraph.requests).toHaveLength(before);
  });
}

function errorsOf({ errors = [] }: Answer["body"]): readonly GraphQLError[] {
  return errors;
}

/** The codes of the errors, by the entity that they are about: some routers tell one for each field of it. */
function placesOf(body: Answer["body"]): ReadonlyMap<string, readonly unknown[]> {
  const places = new Map<string, Set<unknown>>();
  for (const { path = [], extensions } of errorsOf(body)) {
    const place = path.slice(0, path.indexOf("owner") + 1).join(".");
    places.set(place, (places.get(place) ?? new Set()).add(extensions["code"]));
  }
  return new Map(Array.from(places, ([place, codes]) => [place, [...codes]]));
}
