import type { Dialect } from "../dialect.ts";
import { ApiKeys } from "./api-keys.ts";
import { Applications } from "./applications.ts";
import { blamesCaller } from "./blame.ts";
import { Calls } from "./calls.ts";
import { Edition } from "./edition.ts";
import { Groups } from "./groups.ts";
import { Memory } from "./memory.ts";
import { planDirectory } from "./planned-directory.ts";
import { probe } from "./probe.ts";
import { Reader } from "./reader.ts";
import { sandbox } from "./sandbox.ts";
import { Users } from "./users.ts";

/** The eContext Auth API, in all three of its editions. */
export const econtext: Dialect = {
  name: "econtext",
  family: "econtext",
  attach(service) {
    const edition = new Edition();
    return {
      open(send) {
        const reader = new Reader(new Calls(service, edition, send), new Memory(service));
        const groups = new Groups(reader);
        return {
          users: new Users(reader),
          applications: new Applications(reader, groups),
          groups,
          apiKeys: new ApiKeys(reader),
        };
      },
      plan: (plan) => planDirectory(plan, edition),
      probe: (bare, signed) => probe(service, edition, bare, signed),
    };
  },
  blamesCaller,
  // The server percent-decodes user name and password after base64: a `%` sent as it is would be lost.
  encodeBasic: encodeURIComponent,
  sandbox,
};
