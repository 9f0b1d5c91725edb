import { econtext } from "../../../src/dialects/econtext/dialect.ts";
import { sandbox } from "../../../src/dialects/econtext/sandbox.ts";
import type { Directory } from "../../../src/domain/directory.ts";
import type { ServicePlan } from "../../../src/domain/plan/plan.ts";
import { principalOf } from "../../../src/domain/principal.ts";
import { readOnce } from "../../../src/http/once.ts";
import { fillRoute } from "../../../src/http/route.ts";
import { pipeline, type Send, type Step, type UpstreamRequest, type UpstreamResponse } from "../../../src/http/send.ts";
import type { People } from "../../../src/sandbox/people.ts";
import { respond, SERVICE } from "./scripted-send.ts";

const AUTHORIZATION = `Basic ${Buffer.from("operator:sandbox%20operator").toString("base64")}`;

/** What the sandbox was asked, and with what status it answered. */
export interface Answered {
  readonly line: string;
  readonly status: number;
  readonly request: UpstreamRequest;
  readonly response: UpstreamResponse;
}

export interface OpenSandbox {
  /** The directory of one operation; the edition stays learned from one to the next. */
  open(): Directory;
  /** What it would ask, by what is learned until then. */
  plan(plan: ServicePlan): Directory;
  readonly answered: readonly Answered[];
}

/**
 * The sandbox of one edition over these people.
 * @param between what stands on the way to it
 */
export function openSandbox(people: People, edition: "E0" | "E1" | "E2", between: Step = (send) => send): OpenSandbox {
  const serve = sandbox.serve(people, { edition });
  const attachment = econtext.attach(SERVICE);
  const answered: Answered[] = [];
  const send: Send = async (request) => {
    const { method } = request;
    const path = fillRoute(request);
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    const init = { method, headers: { authorization: AUTHORIZATION }, body };
    const response = await serve(new Request(SERVICE.url + path, init));
    const { status } = response;
    const text = await response.text();
    const answer = respond({ status, body: text === "" ? "" : (JSON.parse(text) as unknown) });
    answered.push({ line: `${method} ${path}`, status, request, response: answer });
    return answer;
  };
  const open = () => attachment.open(pipeline(send, readOnce(principalOf("directory", null)), between));
  return { open, plan: (plan) => attachment.plan(plan), answered };
}
