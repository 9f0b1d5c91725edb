import { expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import { anybodysAnswers, cloudFoundryErrors } from "../support/hostile-answers.ts";
import { OPERATIONS_OF_CLOUD_FOUNDRY } from "../support/hunted-operations.ts";
import { Hunt, huntAll, showTotals } from "../support/leak-hunt.ts";

it(
  "Nothing that a Cloud Foundry hides, fails with or breaks off with is in a response or the log",
  { timeout: 600_000 },
  async () => {
    const hunt = new Hunt({ dialect: cloudFoundryV2 });
    await hunt.open();
    const untested = await huntAll(hunt, {
      operations: OPERATIONS_OF_CLOUD_FOUNDRY,
      answers: [...anybodysAnswers, ...cloudFoundryErrors],
      // Every answer meets every second operation.
      share: { of: 2, from: 0 },
    });
    await hunt.close();
    showTotals("Cloud Foundry", hunt.search);
    expect({ untested, hits: hunt.search.hits, log: [...hunt.complaints] }).toEqual({
      untested: [],
      hits: [],
      log: [],
    });
    expect(hunt.search.planted).toBeGreaterThan(50_000);
  },
);
