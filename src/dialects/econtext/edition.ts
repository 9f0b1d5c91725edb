import { waitAtMost } from "../../domain/wait.ts";

/** How long one caller waits for the answer to another's probe: an operation must not last for two deadlines. */
/** From how many users on it tells something that a search did not find them, */
const FEWEST_MISSED = 10;
/** and for how long it is believed. */
const DOUBTED_MS = 10 * 60_000;

const LONGEST_WAIT_MS = 1000;

/**
 * What is known of the server's edition: nothing in a response names it, but its objects show it. True for every
 * caller, so it is kept for the life of the process, and corrected where later answers say otherwise.
 *
 * Only one difference has to be known beforehand: E2 has organizations, lists of 25 and full-text search; E0 and E1
 * have none of these. Those two differ in how relations are written, and that is read off each element.
 */
export class Edition {
  #hasOrganizations: boolean | undefined;
  #asking: Promise<boolean> | undefined;
  #embedsRecords: boolean | undefined;
  #hasGroupsOfApplications = true;
  #foundBySearch = 0;
  #missedBySearch = 0;
  #searchDoubtedUntil = 0;

  /** True: E2. False: E0 or E1. Undefined: nobody knows yet. */
  get hasOrganizations(): boolean | undefined {
    return this.#hasOrganizations;
  }

  /**
   * Whether users bring the records of their applications, groups and keys along (E1, E2) or these ids alone (E0). For
   * forecasts: each is read as it comes. Undefined: nobody knows yet.
   */
  get embedsRecords(): boolean | undefined {
    return this.#hasOrganizations === true ? true : this.#embedsRecords;
  }

  /** Whether an application's groups have a path of their own: not in E0. */
  get hasGroupsOfApplications(): boolean {
    return this.#hasGroupsOfApplications;
  }

  /** Whether a search for ids finds most of the users who have them: not where most have no name. */
  get isSearchedById(): boolean {
    return performance.now() >= this.#searchDoubtedUntil;
  }

  /** @param shown what an object shows, which counts more than a path that is missing; undefined: nothing */
  learn(shown: boolean | undefined): void {
    if (shown !== undefined) this.#hasOrganizations = shown;
  }

  /** @param shown as of `learn` */
  learnWhetherRecordsAreEmbedded(shown: boolean | undefined): void {
    if (shown !== undefined) this.#embedsRecords = shown;
  }

  /** The path of all organizations is missing: so it is before E2, and where a proxy stands in the way. */
  learnThatOrganizationsAreMissing(): void {
    this.#hasOrganizations ??= false;
  }

  learnThatGroupsOfApplicationsAreMissing(): void {
    this.#hasGroupsOfApplications = false;
  }

  /** @param users how many of those whose ids it was for */
  learnThatSearchFound(users: number): void {
    this.#foundBySearch += users;
  }

  /** One user who is there was not found by its id. */
  learnThatSearchMissed(): void {
    this.#missedBySearch++;
    if (this.#missedBySearch < FEWEST_MISSED || this.#missedBySearch <= this.#foundBySearch) return;
    // Those who were asked for may have been the few without a name: it is tried again.
    this.#searchDoubtedUntil = performance.now() + DOUBTED_MS;
    this.#foundBySearch = 0;
    this.#missedBySearch = 0;
  }

  /**
   * Asks the service where nobody knows. Callers that come while another one asks wait for that one answer, for a second
   * at most. Where it fails, which may be for that caller's credentials, deadline or abort, each asks for itself, all at
   * the same time: a failure is never another caller's.
   * @throws what the caller's own `ask` throws
   */
  async find(ask: () => Promise<boolean>): Promise<boolean> {
    if (this.#hasOrganizations === undefined && this.#asking !== undefined) {
      await waitAtMost(this.#asking, LONGEST_WAIT_MS);
    }
    if (this.#hasOrganizations !== undefined) return this.#hasOrganizations;
    const asking = ask();
    this.#asking ??= asking;
    try {
      const answer = await asking;
      // Meanwhile an object may have shown it.
      return (this.#hasOrganizations ??= answer);
    } finally {
      if (this.#asking === asking) this.#asking = undefined;
    }
  }
}
