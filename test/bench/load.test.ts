import { afterEach, describe, expect, it } from "vitest";
import { makeLoad, type Outcome } from "../../bench/load.ts";
import { startSmallGateway, writeUser, type SmallGateway } from "./small-gateway.ts";

const open: SmallGateway[] = [];
afterEach(() => {
  for (const gateway of open.splice(0)) gateway.close();
});

const REQUESTS = [0, 1, 2].map((n) => ({
  body: JSON.stringify({ variables: { id: String(n) } }),
  answer: JSON.stringify({ data: writeUser(n) }),
}));

async function load(connections: number, answer: Parameters<typeof startSmallGateway>[0]): Promise<Outcome> {
  const gateway = await startSmallGateway(answer);
  open.push(gateway);
  return makeLoad({ url: gateway.url, requests: REQUESTS, connections, seconds: 0.3, pid: process.pid });
}

describe("The load of the benchmark", () => {
  // Fewer connections than keys, and more.
  it.each([2, 5])("counts right answers on %d connections, which ask for everything", async (connections) => {
    const asked = new Set<number>();
    const outcome = await load(connections, (n) => {
      asked.add(n);
      return { body: { data: writeUser(n) } };
    });
    expect(outcome).toMatchObject({ wrong: 0, firstWrong: undefined });
    expect(outcome.perSecond).toBeGreaterThan(0);
    expect(outcome.p50).toBeGreaterThan(0);
    expect(outcome.p99).toBeGreaterThanOrEqual(outcome.p50);
    expect([...asked].toSorted()).toEqual([0, 1, 2]);
  });

  it("asks for no user twice at the same time", async () => {
    const underWay = new Set<number>();
    let collisions = 0;
    await load(3, (n) => {
      if (underWay.has(n)) collisions += 1;
      underWay.add(n);
      setImmediate(() => underWay.delete(n));
      return { body: { data: writeUser(n) } };
    });
    expect(collisions).toBe(0);
  });

  it("finds the answers that are not those of the check", async () => {
    const { wrong, firstWrong } = await load(2, (n) => ({ body: { data: writeUser(n === 2 ? 1 : n) } }));
    expect(wrong).toBeGreaterThan(0);
    expect(firstWrong).toContain('status 200: {"data":{"user":{"id":"1"');
  });

  it("finds other statuses", async () => {
    const { wrong, firstWrong } = await load(2, (n) => ({ status: n === 1 ? 500 : 200, body: { data: writeUser(n) } }));
    expect(wrong).toBeGreaterThan(0);
    expect(firstWrong).toContain("status 500: ");
  });

  it("finds requests that were not answered", async () => {
    const { wrong, firstWrong } = await load(2, (n) => (n === 1 ? undefined : { body: { data: writeUser(n) } }));
    expect(wrong).toBeGreaterThan(0);
    expect(firstWrong).toBe("a request that was not answered");
  });
});
