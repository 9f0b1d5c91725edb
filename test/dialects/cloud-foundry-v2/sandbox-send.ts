import type { Directory } from "../../../src/domain/directory.ts";
import { cloudFoundryV2 } from "../../../src/dialects/cloud-foundry-v2/dialect.ts";
import { fillRoute } from "../../../src/http/route.ts";
import type { Send, Step, UpstreamRequest, UpstreamResponse } from "../../../src/http/send.ts";
import { PEOPLE } from "../../../src/sandbox/people.ts";
import { SERVICE } from "./scripted-send.ts";

export const ADMIN = "sandbox-admin";

export interface Visit {
  readonly directory: Directory;
  /** `PUT /v2/users/u/spaces/s 201` */
  readonly calls: string[];
  readonly answered: Answered[];
}

export interface Answered {
  readonly request: UpstreamRequest;
  readonly response: UpstreamResponse;
}

/**
 * A fresh sandbox, opened for whoever holds a token: each visit has a memory of its own.
 * @param disturb stands between us and the service
 */
export function startSandbox(people = PEOPLE, disturb: Step = (next) => next): (token?: string) => Visit {
  const serve = cloudFoundryV2.sandbox.serve(people, {});
  const attachment = cloudFoundryV2.attach(SERVICE);
  return (token = ADMIN) => {
    const calls: string[] = [];
    const answered: Answered[] = [];
    const send: Send = async (request) => {
      const path = fillRoute(request);
      const init = { method: request.method, headers: { authorization: `bearer ${token}` } };
      const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
      const response = await serve(new Request(SERVICE.url + path, { ...init, ...body }));
      const text = await response.text();
      calls.push(`${request.method} ${path} ${response.status}`);
      const answer: UpstreamResponse = {
        status: response.status,
        text,
        json: text === "" ? undefined : (JSON.parse(text) as unknown),
        header: (name) => response.headers.get(name) ?? undefined,
      };
      answered.push({ request, response: answer });
      return answer;
    };
    return { directory: attachment.open(disturb(send)), calls, answered };
  };
}

/** The token of a plain user. */
export function tokenOf(guid: string): string {
  return `sandbox-user-${guid}`;
}
