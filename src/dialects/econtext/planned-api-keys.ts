import type {
  ApiKey,
  ApiKeyChange,
  ApiKeyRef,
  ApiKeyStore,
  ApiKeyWriter,
  CreatedApiKey,
  NewApiKey,
} from "../../domain/api-key.ts";
import type { Ask, Coordinates, RecordNeeds } from "../../domain/ask.ts";
import { isEmptyChange } from "../../domain/change.ts";
import { ONCE, PERHAPS, product } from "../../domain/plan/bounds.ts";
import { expectApiKey } from "../../domain/plan/expected.ts";
import type { Reference } from "../../domain/reference.ts";
import type { UpstreamRequest } from "../../http/send.ts";
import { checkApiKeyChange, deletionOfApiKey, dependsOnUser, postApiKey, putApiKey } from "./api-key-writes.ts";
import type { PlannedCalls } from "./planned-calls.ts";
import type { PlannedParts } from "./planned-parts.ts";
import type { PlannedRecords } from "./planned-records.ts";
import type { PlannedUserLookUp } from "./planned-user-look-up.ts";
import { getApiKey, getUser } from "./requests.ts";

/** What `ApiKeys` would ask. */
export class PlannedApiKeys implements ApiKeyStore {
  readonly writer: ApiKeyWriter;
  readonly #calls: PlannedCalls;
  readonly #records: PlannedRecords;
  readonly #users: PlannedUserLookUp;

  constructor({ calls, records, users }: PlannedParts) {
    this.writer = new PlannedApiKeyWrites(calls);
    this.#calls = calls;
    this.#records = records;
    this.#users = users;
  }

  byRefs(refs: readonly ApiKeyRef[], ask: Ask<RecordNeeds>): Promise<readonly (ApiKey | null)[]> {
    const mayBe = ({ user, id }: ApiKeyRef) => this.#calls.isAsked(user, id);
    const { unlessMet, assumesEdition, plan } = this.#calls;
    for (const ref of refs.filter(mayBe)) {
      const calls = product(unlessMet, plan.countOf("apiKey", ref.id));
      this.#calls.add(getApiKey(ref, ask.for), { calls, assumes: calls.min > 0 ? undefined : assumesEdition });
    }
    return Promise.resolve(refs.map((ref) => (mayBe(ref) ? expectApiKey(ref.id) : null)));
  }

  ofUsers(userIds: readonly string[], ask: Ask<RecordNeeds>): Promise<readonly (readonly Reference<ApiKey>[])[]> {
    this.#users.each(userIds, ask.for);
    return Promise.resolve(userIds.map((id) => (this.#calls.isAsked(id) ? this.#records.apiKeys(id) : [])));
  }
}

/** What `ApiKeyWrites` would ask. */
class PlannedApiKeyWrites implements ApiKeyWriter {
  readonly #calls: PlannedCalls;

  constructor(calls: PlannedCalls) {
    this.#calls = calls;
  }

  async create(user: string, draft: NewApiKey, asks: Coordinates): Promise<CreatedApiKey> {
    this.#calls.add(postApiKey(user, draft, asks));
    return Promise.resolve({ key: expectApiKey(this.#calls.plan.some("the new key", ONCE)), secret: "" });
  }

  async update(ref: ApiKeyRef, change: ApiKeyChange, asks: Coordinates): Promise<ApiKey> {
    const { edition } = this.#calls;
    checkApiKeyChange(ref, change);
    this.#expectUser(ref, asks);
    if (!isEmptyChange(change)) this.#write(putApiKey(ref, change, edition, asks));
    else if (edition.hasOrganizations === true) this.#calls.add(getApiKey(ref, asks), { calls: this.#calls.unlessMet });
    else if (edition.embedsRecords !== true) this.#calls.add(getApiKey(ref, asks), { calls: PERHAPS });
    return Promise.resolve(expectApiKey(ref.id));
  }

  async remove(ref: ApiKeyRef, asks: Coordinates): Promise<void> {
    const request = deletionOfApiKey(ref, asks);
    this.#expectUser(ref, asks);
    this.#write(request);
    return Promise.resolve();
  }

  /** Not sent where the user's record does not have the key. */
  #write(request: UpstreamRequest): void {
    const expectation = { calls: PERHAPS, assumes: this.#calls.assumesEdition ?? "a key that its user has" };
    this.#calls.add(request, dependsOnUser(this.#calls.edition) ? expectation : {});
  }

  #expectUser({ user }: ApiKeyRef, asks: Coordinates): void {
    const { edition, unlessMet, assumesEdition: assumes } = this.#calls;
    if (!dependsOnUser(edition)) return;
    this.#calls.add(getUser(user, asks), { calls: assumes === undefined ? unlessMet : PERHAPS, assumes });
  }
}
