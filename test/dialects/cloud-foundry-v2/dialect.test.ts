import { describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { Send } from "../../../src/http/send.ts";
import { startSandbox } from "./sandbox-send.ts";
import { ASK, asking, EVERY, first, listOf, respond, SERVICE, wire } from "./scripted-send.ts";

describe("The dialect", () => {
  it("is named as the configuration spells it", () => {
    expect([cloudFoundryV2.name, cloudFoundryV2.family]).toEqual(["cloud-foundry-v2", "cloudFoundry"]);
  });

  it("has no API keys, and asks nobody", async () => {
    const { apiKeys } = cloudFoundryV2.attach(SERVICE).open(() => Promise.reject(new Error("Asked.")));
    expect(await apiKeys.byRefs([{ user: "u", id: "k" }], ASK)).toEqual([null]);
    expect(await apiKeys.ofUsers(["u", "v"], ASK)).toEqual([[], []]);
    expect(apiKeys.writer).toBeNull();
  });

  it("has no users of apps of their own", () => {
    const { applications } = cloudFoundryV2.attach(SERVICE).open(() => Promise.reject(new Error("Asked.")));
    expect(applications.members).toBeNull();
  });

  it("keeps what one caller read from the other, but not how deep the service inlines", async () => {
    const depths: string[] = [];
    const send: Send = ({ query = [] }) => {
      const depth = new Map(query).get("inline-relations-depth");
      depths.push(depth ?? "0");
      const refusal = { status: 400, body: { code: 10005, error_code: "CF-BadQueryParameter" } };
      return Promise.resolve(respond(depth === undefined ? { body: listOf([wire("u")]) } : refusal));
    };
    const attachment = cloudFoundryV2.attach(SERVICE);
    const list = () => attachment.open(send).users.list(first(5), null, asking({ groups: [EVERY] }));
    await list();
    expect(depths).toEqual(["1", "0"]);
    await list();
    expect(depths).toEqual(["1", "0", "0"]);
    await cloudFoundryV2
      .attach(SERVICE)
      .open(send)
      .users.list(first(5), null, asking({ groups: [EVERY] }));
    expect(depths).toEqual(["1", "0", "0", "1", "0"]);
  });
});

const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
const AIR = { kind: "ORGANIZATION", id: "a7aff246-5f5b-4cf8-87d8-f316053e4a20" } as const;
const NO_SPACE = { kind: "SPACE", id: "nothing" } as const;
const NO_ORGANIZATION = { kind: "ORGANIZATION", id: "nothing" } as const;

/** What a caller can get wrong and we do not notice before sending. */
const MISTAKES: readonly ((directory: Directory) => Promise<unknown>)[] = [
  ({ users }) => users.byIds(["nobody", "\u{1f600} %00;,/"], ASK),
  ({ groups }) => groups.byRefs([NO_SPACE, NO_ORGANIZATION], ASK),
  ({ applications }) => applications.byIds(["nothing"], ASK),
  ({ users }) => users.ofGroups([NO_SPACE, NO_ORGANIZATION], first(5), null, ASK),
  ({ groups }) => groups.ofUsers(["nobody"], first(5), EVERY, ASK),
  ({ users }) => users.list(first(100, "9999999999"), null, ASK),
  ({ users }) => users.create({ cloudFoundry: { guid: ADA, admin: null, defaultSpace: null } }, ASK.for),
  ({ users }) => users.create({ cloudFoundry: { guid: "new", admin: null, defaultSpace: "nothing" } }, ASK.for),
  ({ users }) => users.update(ADA, { cloudFoundry: { defaultSpace: "nothing" } }, ASK.for),
  ({ users }) => users.update("nobody", { cloudFoundry: { admin: true } }, ASK.for),
  ({ users }) => users.remove("nobody", ASK.for),
  ...([AIR, NO_ORGANIZATION, NO_SPACE] as const).flatMap((group) => {
    const roles = group.kind === "SPACE" ? (["DEVELOPER", "MANAGER"] as const) : (["MEMBER", "AUDITOR"] as const);
    const memberships = [ADA, "nobody"].flatMap((user) => roles.map((role) => ({ user, group, role })));
    return memberships.flatMap((membership) => [
      ({ groups }: Directory) => groups.addMember(membership, ASK.for),
      ({ groups }: Directory) => groups.removeMember(membership, ASK.for),
    ]);
  }),
];

describe("In the sandbox", () => {
  it("no mistake of a caller is the service's fault", async () => {
    const visit = startSandbox();
    const failed: number[] = [];
    for (const [mistake, make] of MISTAKES.entries()) {
      const { directory, answered } = visit();
      await make(directory).catch(() => undefined);
      for (const { request, response } of answered) {
        if (response.status < 500) continue;
        failed.push(mistake);
        expect(cloudFoundryV2.blamesCaller?.(request, response), `${request.method} ${request.route}`).toBe(true);
      }
    }
    expect(failed.length).toBeGreaterThan(0);
  });
});
