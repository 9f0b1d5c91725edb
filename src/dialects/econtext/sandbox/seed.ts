import { createHash, randomUUID } from "node:crypto";
import type { People, SeedUser } from "../../../sandbox/people.ts";
import { customDataToStore } from "./custom-data.ts";
import { newSecret, readKeyId } from "./keys.ts";
import type { Store, UserRecord } from "./store.ts";

/** When things were made of which the people do not say it. */
const FOUNDED = Date.parse("2017-05-08T19:21:13.381Z");

/** Puts the people into a new store; what only other services know of them is passed over. */
export function seed(store: Store, people: People): void {
  const founded = store.time(FOUNDED);
  const times = { createdAt: founded, modifiedAt: founded };
  for (const { id, name } of people.organizations) {
    store.organizations.set(id, { id, name, status: "ENABLED", customData: null, ...times });
  }
  for (const { id, name, description, customData, enabled } of people.applications) {
    store.applications.set(id, {
      id,
      name,
      description,
      customData: customDataToStore(store.edition, customData),
      status: enabled ? "ENABLED" : "DISABLED",
      jwtSecret: randomUUID(),
      parameters: [],
      ...times,
      // The documentation shows the system application so: it is older than the field.
      createdAt: id === store.systemApplication ? "" : founded,
    });
  }
  for (const group of people.groups) {
    const customData = customDataToStore(store.edition, group.customData);
    store.groups.set(group.id, { ...group, customData, status: "ENABLED", ...times });
  }
  for (const person of people.users) {
    const user = userOf(store, person);
    store.users.set(user.id, user);
    for (const [index, name] of person.apiKeys.entries()) {
      const id = readKeyId(createHash("sha256").update(`${user.id}/${index}/${name}`).digest());
      const { createdAt, modifiedAt } = user;
      const key = { id, name, description: null, status: "ENABLED", secret: newSecret(), createdAt, modifiedAt };
      store.apiKeys.set(id, { ...key, user: user.id });
    }
  }
}

function userOf(store: Store, person: SeedUser): UserRecord {
  const createdAt = store.time(Date.parse(person.createdAt));
  const organization = store.edition === "E2" ? person.organization : null;
  const email = store.edition === "E2" ? person.email.trim() : person.email.trim().toLowerCase();
  return {
    id: person.id,
    name: person.name,
    email,
    username: email,
    password: person.password.trim(),
    // E2 does not know UNVERIFIED.
    status: store.edition === "E2" && person.status === "UNVERIFIED" ? "ENABLED" : person.status,
    customData: customDataToStore(store.edition, person.customData),
    createdAt,
    modifiedAt: createdAt,
    passwordModifiedAt: createdAt,
    organization,
    orgAdmin: organization === null ? null : false,
    applications: new Set(person.applications),
    groups: new Set(person.groups),
  };
}
