import { isSuccess } from "../../http/send.ts";
import { settle } from "../../domain/answers.ts";
import { isDirectoryError, ServiceFailure } from "../../domain/errors.ts";
import { withProblem, type Health } from "../../domain/health.ts";
import type { Service } from "../../domain/service.ts";
import { failureOf, invalidResponse, kindOf } from "../../http/failures.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { failureFor } from "./errors.ts";
import { isFields, type Fields } from "./wire.ts";

const ROOT: UpstreamRequest = { method: "GET", route: "/", for: [], keys: 1, probe: true };
/** Stays up where v2 is switched off. */
const INFO: UpstreamRequest = { ...ROOT, route: "/v2/info" };
const USERS: UpstreamRequest = { ...ROOT, route: "/v2/users", query: [["results-per-page", "1"]] };

const VERSION = /^\d{1,4}(?:\.\d{1,6}){1,3}$/;
/** The token lacks a scope, which it needs whatever the roles of its owner. */
const INSUFFICIENT_SCOPE = 10007;

/** Asks the foundation whether its v2 API is on and, where there are credentials, what they are good for. */
export async function probe(service: Service, bare: Send, signed: Send | null): Promise<Health> {
  const untold: Health = {
    answers: false,
    credentials: signed === null ? "forwarded" : "unknown",
    edition: null,
    problems: [],
    details: [],
    notes: [],
  };
  const foundation = await settle(() => findFoundation(service, bare));
  if (isDirectoryError(foundation)) return withProblem(untold, foundation);
  const { isOn, version } = foundation;
  const found = {
    ...untold,
    answers: true,
    edition: version !== null && VERSION.test(version) ? `API ${version}` : null,
  };
  if (!isOn) return withProblem(found, switchedOff(service));
  return signed === null ? found : logIn(service, signed, found);
}

interface Foundation {
  readonly isOn: boolean;
  /** As the service tells it; null where it does not. */
  readonly version: string | null;
}

/** @throws ServiceFailure where nobody answers, or somebody else */
async function findFoundation(service: Service, bare: Send): Promise<Foundation> {
  const [isListed, version] = await Promise.all([
    settle(() => read(service, bare, ROOT, listsV2)),
    settle(() => read(service, bare, INFO, readVersion)),
  ]);
  if (!isDirectoryError(version)) return { isOn: version !== "", version };
  // One of the two is enough: whatever stands before the service may not let the other through.
  if (isDirectoryError(isListed)) throw isListed;
  return { isOn: isListed, version: null };
}

async function read<T>(
  service: Service,
  bare: Send,
  request: UpstreamRequest,
  tell: (body: Fields) => T | undefined,
): Promise<T> {
  const response = await bare(request);
  const told = isSuccess(response) && isFields(response.json) ? tell(response.json) : undefined;
  if (told === undefined) throw strange(service, request, response);
  return told;
}

/** Whether v2 is among the APIs that the root lists, which it is only where it is on. */
function listsV2({ links }: Fields): boolean | undefined {
  if (!isFields(links)) return undefined;
  if (isFields(links["cloud_controller_v2"])) return true;
  return isFields(links["uaa"]) ? false : undefined;
}

/** Empty where v2 is off. */
function readVersion({ api_version: version }: Fields): string | undefined {
  return typeof version === "string" ? version : undefined;
}

function strange(service: Service, request: UpstreamRequest, response: UpstreamResponse): ServiceFailure {
  const failure = failureOf(response.status, response, service, { request, write: false });
  if (response.status === 429 || response.status >= 500) return failure;
  const message = `What answers for the service \`${service.name}\` does not look like the API of a Cloud Foundry: check its \`url\`, which is the API's root.`;
  return new ServiceFailure("UPSTREAM_INVALID_RESPONSE", message, { service: service.name, detail: failure.detail });
}

function switchedOff({ name }: Service) {
  const message = `The service \`${name}\` has its v2 API switched off: its operator has to set \`temporary_enable_v2\`.`;
  return { message, detail: "GET /, GET /v2/info: v2 is off" };
}

/** The list of users tells the most: administrators have it, others are told why not. */
async function logIn(service: Service, signed: Send, found: Health): Promise<Health> {
  const response = await settle(() => signed(USERS));
  if (isDirectoryError(response)) return withProblem(found, response);
  const accepted: Health = { ...found, credentials: "accepted" };
  if (isSuccess(response)) {
    const { json } = response;
    if (isFields(json) && Array.isArray(json["resources"])) return accepted;
    return withProblem(found, invalidResponse(service, USERS, "", "a list of users", kindOf(json)));
  }
  const failure = failureFor(service, USERS, response);
  switch (whyRefused(response)) {
    case "CREDENTIALS":
      return withProblem({ ...found, credentials: "refused" }, failure);
    case "SCOPE":
      return withProblem(accepted, {
        message: "The token lacks the scope that reading needs: `cloud_controller.read`, or an administrator's.",
        detail: failure.detail,
      });
    case "V3_ONLY":
      return withProblem(accepted, {
        message:
          "The service keeps these credentials from all of v2, as it does where a user's only role is space supporter.",
        detail: failure.detail,
      });
    case "ROLE":
      return {
        ...accepted,
        notes: ["These are no administrator's credentials: lists of all users will be FORBIDDEN."],
      };
    case undefined:
      return withProblem(found, failure);
  }
}

function whyRefused({ status, json, text }: UpstreamResponse) {
  if (status === 401) return "CREDENTIALS";
  if (status !== 403) return undefined;
  if (isFields(json)) {
    if (typeof json["code"] !== "number") return undefined;
    return json["code"] === INSUFFICIENT_SCOPE ? "SCOPE" : "ROLE";
  }
  // One sentence, although it is called HTML. A real page is a proxy's.
  return /^\s*[^\s<]/.test(text) ? "V3_ONLY" : undefined;
}
