import type { Attachment } from "../../../src/dialects/dialect.ts";
import { cloudFoundryV2 } from "../../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import { isDirectoryError, type Answer } from "../../../src/domain/errors.ts";
import type { Page } from "../../../src/domain/page.ts";
import { PlanDraft, ServicePlan, type Plan } from "../../../src/domain/plan/plan.ts";
import { Caller } from "../../../src/domain/principal.ts";
import { readOnce } from "../../../src/http/once.ts";
import { fillRoute } from "../../../src/http/route.ts";
import { pipeline, type Send } from "../../../src/http/send.ts";
import { PEOPLE, type People } from "../../../src/sandbox/people.ts";
import { ADMIN } from "./sandbox-send.ts";
import { fault, respond, SERVICE } from "./scripted-send.ts";

export interface Place {
  readonly people?: People;
  readonly token?: string;
  /** How deep its operator lets it inline, */
  readonly depth?: number;
  /** and how long its pages may be. */
  readonly pageSize?: number;
}

/** A question of any directory, the planned one or the real one. */
export type Ask = (directory: Directory) => Promise<unknown>;

export interface Foundation {
  /** What would be asked, as far as it is known by now. */
  plan(ask: Ask): Promise<Plan>;
  /** What is asked: `GET /v2/users/{guid}`. */
  run(ask: Ask): Promise<readonly string[]>;
}

/** A sandbox whose operator may allow less than is usual; what is learned of it stays. */
export function foundAt({ people = PEOPLE, token = ADMIN, depth = 2, pageSize = 100 }: Place = {}): Foundation {
  const serve = cloudFoundryV2.sandbox.serve(people, {});
  const attachment: Attachment = cloudFoundryV2.attach(SERVICE);
  return {
    async plan(ask) {
      const draft = new PlanDraft();
      await ask(attachment.plan(new ServicePlan(SERVICE, draft, 0)));
      return draft.plan;
    },
    async run(ask) {
      const calls: string[] = [];
      const send: Send = async (request) => {
        calls.push(`${request.method} ${request.route}`);
        // An answer takes its time: what is asked at once is asked before any of it is known.
        await new Promise((resolve) => setImmediate(resolve));
        const query = new Map(request.query);
        const isTooMuch =
          Number(query.get("inline-relations-depth") ?? 0) > depth ||
          Number(query.get("results-per-page") ?? 0) > pageSize;
        if (isTooMuch) return respond(fault(400, 10005, "CF-BadQueryParameter"));
        const response = await serve(
          new Request(SERVICE.url + fillRoute(request), {
            method: request.method,
            headers: { authorization: `bearer ${token}` },
            ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
          }),
        );
        const text = await response.text();
        const body: unknown = text === "" ? undefined : JSON.parse(text);
        return respond({ status: response.status, text, body });
      };
      await ask(attachment.open(pipeline(send, readOnce(new Caller("cloud", token).principal))));
      return calls;
    },
  };
}

/** How what ran does not lie within what was planned, route by route and in all. */
export function complaints({ calls, steps }: Plan, ran: readonly string[]): readonly string[] {
  const found: string[] = [];
  const check = (what: string, count: number, min: number, max: number | null) => {
    if (count < min || (max !== null && count > max)) found.push(`${what}: ${count} of ${min} to ${max}`);
  };
  check("in all", ran.length, calls.min, calls.max);
  const named = steps.map((step) => ({ ...step, name: `${step.method} ${step.route}` }));
  for (const name of new Set([...ran, ...named.map((step) => step.name)])) {
    const planned = named.filter((step) => step.name === name);
    const min = planned.reduce((sum, step) => sum + step.calls.min, 0);
    const max = planned.some((step) => step.calls.max === null)
      ? null
      : planned.reduce((sum, step) => sum + (step.calls.max ?? 0), 0);
    check(name, ran.filter((one) => one === name).length, min, max);
  }
  return found;
}

/** Those answers that are pages of something, with all that is on them. */
export function itemsOf<T>(answers: readonly Answer<Page<T> | null>[]): readonly T[] {
  return answers.flatMap((answer) => (answer === null || isDirectoryError(answer) ? [] : answer.items));
}
