import { isSuccess } from "../../http/send.ts";
import { settle } from "../../domain/answers.ts";
import { isDirectoryError, ServiceFailure } from "../../domain/errors.ts";
import { withProblem, type Health } from "../../domain/health.ts";
import type { Service } from "../../domain/service.ts";
import { failureOf } from "../../http/failures.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../http/send.ts";
import { Calls, ORGANIZATIONS } from "./calls.ts";
import type { Edition } from "./edition.ts";
import { absenceOf } from "./errors.ts";
import { isObject } from "./wire.ts";

const PING: UpstreamRequest = { method: "GET", route: "/ping", for: [], keys: 1, probe: true };
const STATUS: UpstreamRequest = { ...PING, route: "/status" };

/**
 * Asks the service whether it lives and, where there are credentials, whether it takes them, and which edition it is.
 * @param edition learns what is found
 */
export async function probe(service: Service, edition: Edition, bare: Send, signed: Send | null): Promise<Health> {
  const untold: Health = {
    answers: false,
    credentials: signed === null ? "forwarded" : "unknown",
    edition: describe(edition),
    problems: [],
    details: [],
    notes: [],
  };
  const ping = await settle(() => findLife(service, bare));
  if (isDirectoryError(ping)) return withProblem(untold, ping);
  const alive = { ...untold, answers: true };
  if (signed === null) return { ...alive, notes: notesOn(edition) };
  const login = await settle(async () => {
    if (!isSuccess(ping)) await checkPlace(service, signed);
    await logIn(service, edition, signed);
  });
  if (!isDirectoryError(login)) {
    return { ...alive, credentials: "accepted", edition: describe(edition), notes: notesOn(edition) };
  }
  const isRefused = login instanceof ServiceFailure && login.code === "UNAUTHENTICATED";
  return withProblem(isRefused ? { ...alive, credentials: "refused" } : alive, login);
}

/** @throws ServiceFailure where nobody answers, or somebody else */
async function findLife(service: Service, bare: Send): Promise<UpstreamResponse> {
  const response = await bare(PING);
  if (!isOwnAnswer(response)) throw strange(service, PING, response);
  return response;
}

/**
 * That it asks for a login first, or has no such path, the service says of any path below a wrong URL, too.
 * @throws ServiceFailure where the API's paths are missing to those who are logged in
 */
async function checkPlace(service: Service, signed: Send): Promise<void> {
  const status = await signed(STATUS);
  if (absenceOf(status) === "NO_PATH") throw strange(service, STATUS, status);
}

/** The service's own: a result, an error in its form, a login that it asks for, or that it has no such path. */
function isOwnAnswer({ status, json, text }: UpstreamResponse): boolean {
  if (!isObject(json)) return status === 404 && text === "";
  return isObject(json.econtext) || json.ping !== undefined || (status === 401 && json.error !== undefined);
}

function strange(service: Service, request: UpstreamRequest, response: UpstreamResponse): ServiceFailure {
  const failure = failureOf(response.status, response, service, { request, write: false });
  if (response.status === 429 || response.status >= 500) return failure;
  const message = `What answers for the service \`${service.name}\` does not look like the eContext Auth API: check its \`url\`, which ends with the API's base path.`;
  return new ServiceFailure("UPSTREAM_INVALID_RESPONSE", message, { service: service.name, detail: failure.detail });
}

/** @throws ServiceFailure */
async function logIn(service: Service, edition: Edition, signed: Send): Promise<void> {
  const answer = await new Calls(service, edition, signed).read(ORGANIZATIONS, "NO_PATH");
  if (answer === "NO_PATH") edition.learnThatOrganizationsAreMissing();
  else edition.learn(true);
}

function describe({ hasOrganizations }: Edition): string | null {
  if (hasOrganizations === undefined) return null;
  return hasOrganizations ? "2.0 (E2: organizations)" : "1.x or older (E0, E1)";
}

function notesOn({ hasOrganizations }: Edition): readonly string[] {
  switch (hasOrganizations) {
    case true:
      return [
        "It lists only its first 25 applications: others are found by id, or through a user. Groups behind the 25th are read through their applications.",
      ];
    case false:
      return ["It has no organizations, and sends every list whole, whatever page is asked for."];
    case undefined:
      return ["Its edition is learned with the first caller's credentials."];
  }
}
