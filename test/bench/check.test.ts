import { afterEach, describe, expect, it } from "vitest";
import { check, type Checked } from "../../bench/check.ts";
import { floor } from "../../bench/gateways/floor.ts";
import { startSmallGateway, USERS, writeUser, type SmallGateway } from "./small-gateway.ts";

const open: SmallGateway[] = [];
afterEach(() => {
  for (const gateway of open.splice(0)) gateway.close();
});

async function checkIt(answer: Parameters<typeof startSmallGateway>[0]): Promise<Checked> {
  const gateway = await startSmallGateway(answer);
  open.push(gateway);
  return check(floor, USERS, gateway.url, () => Promise.resolve(gateway.count() * 2));
}

describe("The check before the benchmark", () => {
  it("lets right answers pass, whatever the order in their lists, and counts without the first request", async () => {
    const { requests, calls } = await checkIt((n) => ({ body: { data: writeUser(n) } }));
    expect(requests.map(({ answer }) => answer)).toEqual([0, 1, 2].map((n) => JSON.stringify({ data: writeUser(n) })));
    expect(requests.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { operationName: "user", variables: { id: "0" } },
      { operationName: "user", variables: { id: "1" } },
      { operationName: "user", variables: { id: "2" } },
    ]);
    expect(calls).toBe(2);
  });

  it.each([
    [
      "another user's answer",
      () => ({ body: { data: writeUser(0) } }),
      /request 1: wrong data at answer\.id: expected "1", found "0"$/,
    ],
    [
      "a list that is too short",
      (n: number) => ({
        body: { data: { user: { ...writeUser(n).user, applications: [{ id: "a1", name: "One" }] } } },
      }),
      /request 0: wrong data at answer\.applications\.1: expected \{"id":"a2","name":"Two"\}, found nothing$/,
    ],
    [
      "a field more than was asked for",
      (n: number) => ({ body: { data: { user: { ...writeUser(n).user, password: "secret" } } } }),
      /request 0: wrong data at answer\.password: expected nothing, found "secret"$/,
    ],
    ["nobody", (n: number) => ({ body: { data: n === 2 ? { user: null } : writeUser(n) } }), /request 2: /],
    [
      "an error beside right data",
      (n: number) => ({ body: { data: writeUser(n), errors: [{ message: "late" }] } }),
      /request 0: errors: \[\{"message":"late"\}\]/,
    ],
    ["another status", () => ({ status: 503, body: { reason: "busy" } }), /request 0: status 503: \{"reason":"busy"\}/],
    ["no answer", () => undefined, /request 0: fetch failed/],
  ])("refuses %s", async (_, answer, message) => {
    const checking = checkIt(answer);
    await expect(checking).rejects.toThrow(/^floor, workload user, /);
    await expect(checking).rejects.toThrow(message);
  });
});
