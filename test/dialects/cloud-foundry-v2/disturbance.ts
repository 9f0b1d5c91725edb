import { ServiceFailure } from "../../../src/domain/errors.ts";
import { isFields, type Fields } from "../../../src/dialects/cloud-foundry-v2/wire.ts";
import { isSuccess, type Step, type UpstreamRequest, type UpstreamResponse } from "../../../src/http/send.ts";
import type { Tally } from "../../support/chaos-cases.ts";
import { respond, SERVICE, fault } from "./scripted-send.ts";

export interface Disturbance {
  readonly seed: number;
  /** Of so many calls one fails; 0: none. */
  readonly failsOneIn: number;
  /** Whether elements of lists are lost, and records mixed up. */
  readonly isLossy: boolean;
}

/** A service that keeps no order, tells things twice, loses some, takes one for another, and fails now and then. */
export function disturb({ seed, failsOneIn, isLossy }: Disturbance, tally: Tally): Step {
  const random = randomNumbers(seed);
  const oneIn = (count: number) => count > 0 && random() * count < 1;
  /** Records by route, for a mix-up. */
  const seen = new Map<string, Fields>();

  function shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((item) => [random(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  }

  function disturbList(resources: readonly unknown[]): unknown[] {
    const list = shuffle(resources.map(shuffleInside));
    const some = Math.floor(random() * list.length);
    if (isLossy && list.length > 0 && oneIn(4)) {
      tally.count("[shortened]");
      return list.slice(0, some);
    }
    if (isLossy && list.length > 1 && oneIn(4)) {
      tally.count("[one in place of another]");
      return [...list.slice(1), list[1 + Math.floor(random() * (list.length - 1))]];
    }
    if (list.length > 0 && oneIn(4)) {
      tally.count("[repeated]");
      return [...list, list[some]];
    }
    return list;
  }

  /** No order is promised for what lies inside of objects. */
  function shuffleInside(value: unknown): unknown {
    if (!isFields(value) || !isFields(value["entity"])) return value;
    const entity = Object.entries(value["entity"]).map(([name, inner]) => [
      name,
      Array.isArray(inner) ? shuffle(inner.map(shuffleInside)) : inner,
    ]);
    return { ...value, entity: Object.fromEntries(entity) as Fields };
  }

  function disturbBody(request: UpstreamRequest, body: Fields): Fields {
    const { resources } = body;
    if (Array.isArray(resources)) return { ...body, resources: disturbList(resources) };
    const other = seen.get(request.route);
    seen.set(request.route, body);
    if (!isLossy || other === undefined || !oneIn(12)) return shuffleInside(body) as Fields;
    tally.count("[mixed up]");
    return other;
  }

  return (next) =>
    async (request): Promise<UpstreamResponse> => {
      tally.count("requests");
      if (oneIn(failsOneIn)) {
        tally.count("[500]");
        return respond(fault(500, 10001, "UnknownError"));
      }
      if (oneIn(failsOneIn)) {
        tally.count("[no answer]");
        throw new ServiceFailure("UPSTREAM_UNAVAILABLE", "Lost.", { service: SERVICE.name });
      }
      const response = await next(request);
      if (!isSuccess(response) || !isFields(response.json)) return response;
      return { ...response, json: disturbBody(request, response.json) };
    };
}

/** Mulberry32: the same numbers for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
