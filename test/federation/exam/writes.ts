import { expect, it } from "vitest";
import { ask } from "../asking.ts";
import { ADA, BRAM } from "../callers.ts";
import type { Sitting } from "../router-exam.ts";

const CREATE = `mutation ($input: CreateUserInput!) {
  createUser(input: $input) { user { id name label orders { id } } errors { code path } }
}`;
const READ = "query ($id: ID!) { user(id: $id) { name email label } }";

const econtext = { service: "directory", email: "new@example.com", password: "secret 12345", name: "Newcomer" };
const cloudFoundry = { service: "cloud", guid: "5cc1bda7-5b6c-4faa-9ecd-8a7f6b5c4d00" };

export function examineWrites(sit: () => Sitting): void {
  it("creates a user, who is then read through the router", async () => {
    const { url } = sit().router;
    const created = await ask(url, CREATE, { by: ADA, variables: { input: { econtext } } });
    expect(created.body.errors).toBeUndefined();
    const { createUser } = created.body.data as unknown as { createUser: { user: { id: string } } };
    const { id } = createUser.user;
    const label = "Newcomer <new@example.com>";
    expect(createUser).toEqual({ user: { id, name: "Newcomer", label, orders: [] }, errors: [] });

    const variables = { id };
    const read = await ask(url, READ, { by: ADA, variables });
    expect(read.body).toEqual({ data: { user: { name: "Newcomer", email: "new@example.com", label } } });
    const byAnother = await ask(url, READ, { by: BRAM, variables });
    expect(byAnother.body).toEqual({ data: { user: null } });

    const again = await ask(url, CREATE, { by: ADA, variables: { input: { econtext } } });
    const taken = { code: "TAKEN", path: ["input", "econtext", "email"] };
    expect(again.body).toEqual({ data: { createUser: { user: null, errors: [taken] } } });
  });

  it.each([
    ["none", "", {}],
    [
      "both",
      'econtext: { email: "e@example.com", password: "secret 12345" }, cloudFoundry: { guid: "g" }',
      { econtext, cloudFoundry },
    ],
  ])("with %s of the members of a `@oneOf` input is refused, whoever knows of it", async (_title, literal, input) => {
    const { router, candidate, subgraphs } = sit();
    const written = CREATE.replace("($input: CreateUserInput!)", "").replace("$input", `{ ${literal} }`);
    const { directory, cloud } = subgraphs.customers;
    const before = directory.requests.length + cloud.requests.length;
    for (const [query, variables] of [
      [CREATE, { input }],
      [written, {}],
    ] as const) {
      const { body } = await ask(router.url, query, { by: ADA, variables });
      if (candidate.knowsOneOf) {
        expect(body.data).toBeUndefined();
        expect(body.errors).toMatchObject([{ message: expect.stringMatching(/exactly one key/i) }]);
      } else {
        expect(body).toEqual({
          data: { createUser: { user: null, errors: [{ code: "INVALID", path: ["input"] }] } },
        });
      }
    }
    expect(directory.requests.length + cloud.requests.length).toBe(before);
  });
}
