/** What one call earns, and what one retry costs: retries are a tenth of the calls at most. */
const EARNED = 1;
const COST = 10;
/** Ten retries are lent to begin with, and paid back before more are earned: else the first calls would have none. */
const LENT = 10 * COST;
/** No more are saved up in good times: in bad ones they would all be spent at once. */
const MOST_SAVED = 100 * COST;

/** How many retries one service may be burdened with: of its first n calls, no more than 10 or n / 10 are repeated. */
export class RetryBudget {
  #balance = LENT;
  #debt = LENT;

  /** A call is made for the first time. */
  earn(): void {
    if (this.#debt > 0) this.#debt -= EARNED;
    else if (this.#balance < MOST_SAVED) this.#balance += EARNED;
  }

  /** @returns false where there is nothing left to spend */
  spend(): boolean {
    if (this.#balance < COST) return false;
    this.#balance -= COST;
    return true;
  }
}
