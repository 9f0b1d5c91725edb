import fc from "fast-check";
import { OperationTypeNode, type ExecutionResult } from "graphql";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cases, Tally } from "../support/chaos-cases.ts";
import { Clock } from "./support/clock.ts";
import { Dice } from "./support/dice.ts";
import { randomQuery } from "./support/random-query.ts";
import { worldSchema } from "./support/schema.ts";
import { told, twinsOf, type Twins } from "./support/twins.ts";
import { World, type WorldOptions } from "./support/world.ts";

const MIXTURES: readonly WorldOptions[] = [
  { faults: 0, delays: 0 },
  { faults: 1, delays: 0 },
  { faults: 12, delays: 0 },
  { faults: 0, delays: 30 },
  { faults: 2, delays: 10 },
  { faults: 5, delays: 60 },
  { faults: 15, delays: 30 },
];

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const choices = fc.noBias(fc.array(fc.nat(10_000), { maxLength: 300, size: "max" }));

describe("An operation that is compiled", () => {
  const schema = worldSchema();
  const pathlessSchema = worldSchema(true);

  // Where a list has failed, graphql-js leaves the promises of its items alone: nobody hears what they reject with.
  let listeners: NodeJS.UnhandledRejectionListener[] = [];
  beforeAll(() => {
    listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", () => undefined);
  });
  afterAll(async () => {
    await setImmediate();
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  });

  it.each(MIXTURES)(
    "gives what graphql-js gives, of 100 values $faults faulty and $delays late",
    async (options) => {
      const tally = new Tally();
      await compare(tally, MIXTURES.length, async (twins, values, seed) => {
        const isMutation = twins.compiled.node.operation === OperationTypeNode.MUTATION;
        const clock = () => patient(seed);
        const theirs = await play(seed, options, clock(), isMutation, (world) => twins.theirs(world, values));
        const ours = await play(seed, options, clock(), isMutation, (world) => twins.ours(world, values));
        tally.count("fields", theirs.calls.length);
        tally.count("errors", theirs.errors.length);
        expect(ours).toEqual(theirs);
      });
      tally.expectOften("fields", 4);
      tally.expectOften("errors", options.faults === 0 ? 0 : 1 / 5);
    },
    3_600_000,
  );

  it.each<WorldOptions>([
    { faults: 8, delays: 40 },
    { faults: 0, delays: 40, things: 2 },
    { faults: 3, delays: 0, things: 2 },
    { faults: 3, delays: 20, things: 3 },
  ])(
    "gives the same where promises are kept together, but for who is first: %o",
    async (options) => {
      const tally = new Tally();
      const check = async (twins: Twins, values: Readonly<Record<string, unknown>>, seed: number) => {
        const world = () => new World(new Dice(seed), Clock.hasty(), options);
        const theirs = await twins.theirs(world(), values);
        const ours = await twins.ours(world(), values);
        tally.count("errors", theirs.errors?.length);
        expect(certain(ours, theirs)).toEqual(certain(theirs, ours));
      };
      await compare(tally, MIXTURES.length, check);
      if (options.things !== undefined) await compare(tally, MIXTURES.length, check, pathlessSchema);
      tally.expectOften("errors", options.faults === 0 ? 0 : 1 / 5);
    },
    3_600_000,
  );

  /** @param share of all cases */
  async function compare(
    tally: Tally,
    share: number,
    check: (twins: Twins, variables: Readonly<Record<string, unknown>>, seed: number) => Promise<void>,
    asked = schema,
  ): Promise<void> {
    const property = fc.asyncProperty(choices, seeds, async (chosen, seed) => {
      const { text, variables } = randomQuery(asked, chosen);
      const twins = twinsOf(asked, text);
      for (const values of variables) {
        tally.count("cases");
        try {
          await check(twins, values, seed);
        } catch (error) {
          throw new Error(`${text} with ${JSON.stringify(values)}`, { cause: error });
        }
      }
    });
    await fc.assert(property, { numRuns: Math.ceil(cases(300) / share) });
  }
});

/** What became null, and its error unless another one may have been first. */
function certain(result: ExecutionResult, other: ExecutionResult) {
  const uncertain = new Set([...lostPlaces(result), ...lostPlaces(other)]);
  const { data, errors } = told(result);
  const places = (result.errors ?? []).map(({ path = [] }, index) => {
    const place = placeOf(result.data, path);
    return uncertain.has(place) ? place : errors[index];
  });
  return { data, errors: [...new Set(places)].sort() };
}

/** What became null by errors below it. */
function lostPlaces({ data, errors = [] }: ExecutionResult): readonly string[] {
  const lost = errors.filter(({ path = [] }) => firstNull(data, path) < path.length);
  return lost.map(({ path = [] }) => placeOf(data, path));
}

function placeOf(data: unknown, path: readonly (string | number)[]): string {
  return path.slice(0, firstNull(data, path)).join(".");
}

/** @returns how many steps of a path lead to the first null */
function firstNull(data: unknown, path: readonly (string | number)[]): number {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value == null) return index;
    value = (value as Record<string | number, unknown>)[key];
  }
  return path.length;
}

/** Keeps promises in an order that depends on the seed alone. */
function patient(seed: number): Clock {
  const dice = new Dice(seed);
  return new Clock((name) => dice.roll(`${name} rank`, 2 ** 30));
}

interface Played extends ReturnType<typeof told> {
  readonly calls: readonly string[];
}

/** Executes in a world of its own. */
async function play(
  seed: number,
  options: WorldOptions,
  clock: Clock,
  isMutation: boolean,
  run: (world: World) => ReturnType<Twins["ours"]>,
): Promise<Played> {
  const world = new World(new Dice(seed), clock, options);
  const result = run(world);
  await clock.run();
  // Of a mutation, ours waits for all that was begun before it begins the next field; graphql-js for what can be seen.
  const calls = isMutation ? world.calls.sort() : world.calls;
  return { ...told(await result), calls };
}
