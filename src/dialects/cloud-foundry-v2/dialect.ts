import type { Directory } from "../../domain/directory.ts";
import type { Dialect } from "../dialect.ts";
import { Applications } from "./applications.ts";
import { blamesCaller } from "./errors.ts";
import { Groups } from "./groups.ts";
import { Limits } from "./limits.ts";
import { NO_API_KEYS } from "./no-api-keys.ts";
import { planDirectory } from "./planned-directory.ts";
import { probe } from "./probe.ts";
import { sandbox } from "./sandbox.ts";
import { Session } from "./session.ts";
import { Users } from "./users.ts";

/** Cloud Foundry's Cloud Controller, API version 2. */
export const cloudFoundryV2: Dialect = {
  name: "cloud-foundry-v2",
  family: "cloudFoundry",
  attach(service) {
    const limits = new Limits();
    return {
      open: (send) => openDirectory(new Session(service, send, limits)),
      plan: (plan) => planDirectory(plan, limits),
      probe: (bare, signed) => probe(service, bare, signed),
    };
  },
  blamesCaller,
  sandbox,
};

function openDirectory(session: Session): Directory {
  return {
    users: new Users(session),
    groups: new Groups(session),
    applications: new Applications(session),
    apiKeys: NO_API_KEYS,
  };
}
