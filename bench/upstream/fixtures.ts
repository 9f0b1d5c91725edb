import { Chance } from "./chance.ts";
import { makeCloudPeople, type CloudPerson } from "./cloud.ts";
import { makeEcontextPeople, type EcontextPeople } from "./econtext.ts";

/** Who is behind the two services: the same in every process and in every run. */
export interface Fixtures {
  readonly econtext: EcontextPeople;
  readonly cloud: readonly CloudPerson[];
}

export function makeFixtures(): Fixtures {
  const chance = new Chance(20_170_420);
  return { econtext: makeEcontextPeople(chance), cloud: makeCloudPeople(chance) };
}

/** Both services refuse whoever does not show these, so that every gateway carries a credential. */
export const BASIC = { username: "bench", password: "bench" };
export const BEARER = "bench";

export const ECONTEXT_AUTHORIZATION = `Basic ${Buffer.from(`${BASIC.username}:${BASIC.password}`).toString("base64")}`;
/** In small letters, as Cloud Foundry's own tokens say it. */
export const CLOUD_AUTHORIZATION = `bearer ${BEARER}`;
