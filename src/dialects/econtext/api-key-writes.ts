import type { ApiKey, ApiKeyChange, ApiKeyRef, ApiKeyWriter, CreatedApiKey, NewApiKey } from "../../domain/api-key.ts";
import { isEmptyChange } from "../../domain/change.ts";
import type { Coordinates } from "../../domain/ask.ts";
import { Refusal, refuseAll } from "../../domain/errors.ts";
import type { Problem } from "../../domain/errors.ts";
import type { Reference } from "../../domain/reference.ts";
import { invalidResponse, kindOf } from "../../http/failures.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { isAddressable } from "./address.ts";
import { ApiKeyRecord } from "./api-key.ts";
import type { Edition } from "./edition.ts";
import { sayNone } from "./outcomes.ts";
import type { Write } from "./outcomes.ts";
import { notThere } from "./problems.ts";
import type { Reader } from "./reader.ts";
import { isLonger, LONGEST_TEXT } from "./text-length.ts";
import type { WireApiKey } from "./wire.ts";
import { readChanged, readCreated, readDone, send } from "./write.ts";

const ROUTE = "/users/user/{user}/apikey/{id}";

export class ApiKeyWrites implements ApiKeyWriter {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  async create(user: string, draft: NewApiKey, asks: Coordinates): Promise<CreatedApiKey> {
    const { service } = this.#reader.calls;
    const request = postApiKey(user, draft, asks);
    return send(this.#reader, "createApiKey", request, (result) => {
      const wire: WireApiKey = readCreated(service, request, result, "apikey");
      const { secret } = wire;
      if (typeof secret === "string" && secret !== "") return { key: this.#show(wire, user, request), secret };
      throw invalidResponse(service, request, "apikey.secret", "filled text", kindOf(secret));
    });
  }

  async update(ref: ApiKeyRef, change: ApiKeyChange, asks: Coordinates): Promise<ApiKey> {
    const { calls } = this.#reader;
    checkApiKeyChange(ref, change);
    const listed = await this.#findListed("updateApiKey", ref, asks);
    if (isEmptyChange(change)) return listed?.record ?? this.#read(ref, asks);
    const request = putApiKey(ref, change, calls.edition, asks);
    return send(this.#reader, "updateApiKey", request, (result) =>
      this.#show(readChanged(calls.service, request, result, "apikey"), ref.user, request),
    );
  }

  /** Sent once: a repetition would be told that the key is not there. */
  async remove(ref: ApiKeyRef, asks: Coordinates): Promise<void> {
    const { service } = this.#reader.calls;
    const request = deletionOfApiKey(ref, asks);
    await this.#findListed("deleteApiKey", ref, asks);
    await send(this.#reader, "deleteApiKey", request, (result) => readDone(service, request, result, "deleted"));
  }

  /**
   * The key as the user's record lists it; undefined in E2. E0 and E1 show, change and delete any key below any user:
   * whose it is, the user's record tells for certain, and the edition with it.
   * @throws Refusal for a key that is not this user's
   */
  async #findListed(write: Write, { user, id }: ApiKeyRef, asks: Coordinates): Promise<Reference<ApiKey> | undefined> {
    if (!dependsOnUser(this.#reader.calls.edition)) return undefined;
    const keys = await this.#reader.askUser(user, asks, "apikeys", (record) => record.apiKeys());
    const listed = keys?.find((key) => key.id === id);
    if (listed === undefined) refuse(write, [notThere("ApiKey", "id")]);
    return listed;
  }

  async #read(ref: ApiKeyRef, asks: Coordinates): Promise<ApiKey> {
    const key = await this.#reader.apiKey(ref, asks);
    if (key === null) throw new Refusal(sayNone("updateApiKey", notThere("ApiKey", "id")));
    return key;
  }

  /** Without the secret, which nobody keeps. */
  #show(wire: WireApiKey, user: string, request: UpstreamRequest): ApiKeyRecord {
    return new ApiKeyRecord({ ...wire, secret: undefined }, user, request, this.#reader.calls.service);
  }
}

/** Whether only the user's record tells whose a key is. */
export function dependsOnUser({ hasOrganizations }: Edition): boolean {
  return hasOrganizations !== true;
}

/** @throws Refusal with all that is wrong */
export function postApiKey(user: string, { name, description }: NewApiKey, asks: Coordinates): UpstreamRequest {
  const missing = isAddressable(user) ? [] : [notThere("User", "user")];
  refuse("createApiKey", [...missing, ...checkTexts({ name, description })]);
  return {
    method: "POST",
    route: "/users/user/{user}/apikey",
    params: { user },
    body: { ...(name !== null && { name }), ...(description !== null && { description }) },
    for: asks,
    keys: 1,
  };
}

/** @throws Refusal with all that is wrong */
export function checkApiKeyChange({ user, id }: ApiKeyRef, change: ApiKeyChange): void {
  const missing = isAddressable(user, id) ? [] : [notThere("ApiKey", "id")];
  refuse("updateApiKey", [...missing, ...checkTexts(change), ...checkStatus(change)]);
}

export function putApiKey({ user, id }: ApiKeyRef, change: ApiKeyChange, edition: Edition, asks: Coordinates) {
  return {
    method: "PUT",
    route: ROUTE,
    params: { user, id },
    body: writeChange(change, edition.hasOrganizations === true),
    for: asks,
    keys: 1,
    repeatable: true,
  } as const;
}

/** @throws Refusal for ids that name no key */
export function deletionOfApiKey({ user, id }: ApiKeyRef, asks: Coordinates): UpstreamRequest {
  if (!isAddressable(user, id)) refuse("deleteApiKey", [notThere("ApiKey", "id")]);
  return { method: "DELETE", route: ROUTE, params: { user, id }, for: asks, keys: 1 };
}

function checkTexts(texts: Pick<ApiKeyChange, "name" | "description">): readonly Problem[] {
  return (["name", "description"] as const)
    .filter((field) => isLonger(texts[field] ?? "", LONGEST_TEXT))
    .map((field) => ({
      code: "INVALID",
      path: [field],
      message: `\`${field}\` must have ${LONGEST_TEXT} characters at most.`,
    }));
}

function checkStatus({ status }: ApiKeyChange): readonly Problem[] {
  if (status !== null) return [];
  return [{ code: "UNSUPPORTED", path: ["status"], message: "`status` can be changed, and not cleared." }];
}

/** The body of the PUT. E2 fails at a null, and shows an empty text. */
function writeChange(
  { name, description, status }: ApiKeyChange,
  hasOrganizations: boolean,
): Readonly<Record<string, unknown>> {
  const none = hasOrganizations ? "" : null;
  return {
    ...(name !== undefined && { name: name ?? none }),
    ...(description !== undefined && { description: description ?? none }),
    ...(status !== undefined && { status }),
  };
}

function refuse(write: Write, problems: readonly Problem[]): void {
  refuseAll(problems.map((problem) => sayNone(write, problem)));
}
