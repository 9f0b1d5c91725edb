import { expect, it } from "vitest";
import { globally } from "../../support/truth.ts";
import { ask } from "../asking.ts";
import { ADA } from "../callers.ts";
import type { Sitting } from "../router-exam.ts";

/** As many aliases as usergraph takes in one operation. */
const MOST_ALIASES = 30;

export function examineSelections(sit: () => Sitting): void {
  const query = `
    query ($id: ID!, $book: String!, $more: Boolean!, $fewer: Boolean!) {
      first: orders(first: 1, book: $book) { nodes { ...Owned } }
      second: orders(first: 1, book: "cloud") {
        list: nodes {
          who: owner {
            __typename
            ... on User @include(if: $more) { memberships: groups(first: 1, kind: ORGANIZATION) { nodes { called: name } } }
            ... on Node { id }
          }
        }
      }
      person: user(id: $id) { ...Person label @skip(if: $fewer) }
    }
    fragment Owned on Order { by: owner { ...Person } }
    fragment Person on User {
      known: name @skip(if: $fewer)
      address: email @include(if: $more)
      groups(first: 1) @include(if: $more) { edges { role node { kind } } }
    }`;
  const id = globally("directory").user("user-001");
  const who = { __typename: "User", id: globally("cloud").user("user-000") };

  it("with aliases, fragments, variables and all that is to be included is answered whole", async () => {
    const variables = { id, book: "directory", more: true, fewer: false };
    const { body } = await ask(sit().router.url, query, { by: ADA, variables });
    const groups = { edges: [{ role: "MEMBER", node: { kind: "GROUP" } }] };
    expect(body).toEqual({
      data: {
        first: { nodes: [{ by: { known: "User 000 for ada", address: "user.000@ada.example.com", groups } }] },
        second: { list: [{ who: { ...who, memberships: { nodes: [{ called: "org-0" }] } } }] },
        person: {
          known: "User 001 for ada",
          address: "user.001@ada.example.com",
          groups,
          label: "User 001 for ada <user.001@ada.example.com>",
        },
      },
    });
  });

  it("of which everything is skipped asks no service", async () => {
    const { router, subgraphs } = sit();
    const { requests } = subgraphs.customers.cloud;
    const before = requests.length;
    const variables = { id, book: "directory", more: false, fewer: true };
    const { body } = await ask(router.url, query, { by: ADA, variables });
    expect(body).toEqual({ data: { first: { nodes: [{ by: {} }] }, second: { list: [{ who }] }, person: {} } });
    expect(requests).toHaveLength(before);
  });

  it("may have as many aliases as usergraph takes", async () => {
    const aliases = Array.from({ length: MOST_ALIASES }, (_, n) => `user-0${String(n + 10)}`);
    const fields = aliases.map((user, n) => `u${n}: user(id: "${globally("directory").user(user)}") { name }`);
    const { body } = await ask(sit().router.url, `{ ${fields.join(" ")} }`, { by: ADA });
    expect(body).toEqual({
      data: Object.fromEntries(aliases.map((user, n) => [`u${n}`, { name: `User ${user.slice(-3)} for ada` }])),
    });
  });
}
