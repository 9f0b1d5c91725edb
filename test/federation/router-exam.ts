import { afterAll, beforeAll, describe } from "vitest";
import { examineCallers } from "./exam/callers.ts";
import { examineErrors } from "./exam/errors.ts";
import { examineHangingUp } from "./exam/hanging-up.ts";
import { examineReads } from "./exam/reads.ts";
import { examineSelections } from "./exam/selections.ts";
import { examineWrites } from "./exam/writes.ts";
import type { Router } from "./routers.ts";
import { startSubgraphs, type Subgraph, type Subgraphs } from "./subgraphs.ts";

/** A kind of router, and what is its own way. */
export interface Candidate {
  readonly title: string;
  readonly start: (subgraphs: readonly Subgraph[]) => Promise<Router>;
  /** Whether it refuses a breach of `@oneOf` itself; else it is ours to refuse. */
  readonly knowsOneOf: boolean;
  /** Whether it asks once for what one caller asks several times at the same moment. */
  readonly joins: boolean;
  /** Whether it gives up what it asked for a caller who hangs up. */
  readonly cancels: boolean;
  /** What `@requires` comes to where the other side resolves it, of somebody who does not exist. */
  readonly labelOfNobody: string | null;
}

export interface Sitting {
  readonly candidate: Candidate;
  readonly router: Router;
  readonly subgraphs: Subgraphs;
}

/** What a router has to answer over usergraph and a subgraph of other people, whichever it is. */
export function examine(candidate: Candidate): void {
  describe(candidate.title, () => {
    let sitting: Sitting | undefined;
    const sit = () => {
      if (sitting === undefined) throw new Error("It has not begun.");
      return sitting;
    };
    let close = async () => {};
    beforeAll(async () => {
      const subgraphs = await startSubgraphs();
      close = () => subgraphs.close();
      const router = await candidate.start(subgraphs.all);
      close = async () => {
        await router.close();
        await subgraphs.close();
      };
      sitting = { candidate, router, subgraphs };
    }, 60_000);
    afterAll(() => close());

    describe("A query across both subgraphs", () => examineReads(sit));
    describe("A selection", () => examineSelections(sit));
    describe("A mutation", () => examineWrites(sit));
    describe("An error", () => examineErrors(sit));
    describe("Callers", () => examineCallers(sit));
    describe("Who hangs up", () => examineHangingUp(sit));
  });
}
