import { describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Send } from "../../../src/http/send.ts";
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
