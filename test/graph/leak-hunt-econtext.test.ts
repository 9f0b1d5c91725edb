import { expect, it } from "vitest";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import { anybodysAnswers, econtextErrors } from "../support/hostile-answers.ts";
import { OPERATIONS_OF_ECONTEXT } from "../support/hunted-operations.ts";
import { Hunt, huntAll, showTotals } from "../support/leak-hunt.ts";

const EDITIONS = ["E0", "E1", "E2"];

it.each(EDITIONS)(
  "Nothing that eContext (%s) hides, fails with or breaks off with is in a response or the log",
  { timeout: 600_000 },
  async (edition) => {
    const hunt = new Hunt({ dialect: econtext, edition });
    await hunt.open();
    const untested = await huntAll(hunt, {
      operations: OPERATIONS_OF_ECONTEXT,
      answers: [...anybodysAnswers, ...econtextErrors],
      // Every operation meets every answer in one edition, and every edition every answer in some operation.
      share: { of: EDITIONS.length, from: EDITIONS.indexOf(edition) },
    });
    await hunt.close();
    showTotals(`eContext ${edition}`, hunt.search);
    expect({ untested, hits: hunt.search.hits, log: [...hunt.complaints] }).toEqual({
      untested: [],
      hits: [],
      log: [],
    });
    expect(hunt.search.planted).toBeGreaterThan(30_000);
  },
);
