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
  #hasGroupsOfApplications = true;

  /** True: E2. False: E0 or E1. Undefined: nobody knows yet. */
  get hasOrganizations(): boolean | undefined {
    return this.#hasOrganizations;
  }

  /** Whether an application's groups have a path of their own: not in E0. */
  get hasGroupsOfApplications(): boolean {
    return this.#hasGroupsOfApplications;
  }

  learn(hasOrganizations: boolean): void {
    this.#hasOrganizations = hasOrganizations;
  }

  learnThatGroupsOfApplicationsAreMissing(): void {
    this.#hasGroupsOfApplications = false;
  }

  /**
   * Asks the service where nobody knows. Callers that come while another one asks wait for that answer, and where it
   * fails, which may be for that caller's credentials, ask themselves.
   * @throws what `ask` throws; nothing is remembered then
   */
  async find(ask: () => Promise<boolean>): Promise<boolean> {
    while (this.#hasOrganizations === undefined && this.#asking !== undefined) {
      await this.#asking.catch(() => undefined);
    }
    if (this.#hasOrganizations !== undefined) return this.#hasOrganizations;
    this.#asking = ask();
    try {
      this.#hasOrganizations = await this.#asking;
      return this.#hasOrganizations;
    } finally {
      this.#asking = undefined;
    }
  }
}
