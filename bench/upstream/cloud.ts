import type { Chance } from "./chance.ts";
import type { CloudUser, Resource } from "./wire.ts";

export const USERS_PER_PAGE = 50;
export const PAGES = 40;
const ORGANIZATIONS = 20;
const SPACES = 60;

export interface CloudPerson {
  readonly user: Resource<CloudUser>;
  readonly organizations: readonly Resource[];
  readonly spaces: readonly Resource[];
}

export function makeCloudPeople(chance: Chance): readonly CloudPerson[] {
  const organizations = range(ORGANIZATIONS).map((n) => makeOrganization(chance, n));
  const spaces = range(SPACES).map((n) => makeSpace(chance, n, organizations[n % ORGANIZATIONS] as Resource));
  return range(PAGES * USERS_PER_PAGE).map((n) => ({
    user: makeUser(chance, n),
    organizations: chance.draw(organizations, 1 + chance.below(2)),
    spaces: chance.draw(spaces, 1 + chance.below(3)),
  }));
}

function makeUser(chance: Chance, n: number): Resource<CloudUser> {
  const metadata = makeMetadata(chance, "users");
  return {
    metadata,
    entity: {
      ...{ admin: false, active: n % 7 !== 0, default_space_guid: null },
      username: `user-${n}@example.com`,
      spaces_url: `${metadata.url}/spaces`,
      organizations_url: `${metadata.url}/organizations`,
      ...links(metadata.url, [
        "managed_organizations",
        "billing_managed_organizations",
        "audited_organizations",
        "managed_spaces",
        "audited_spaces",
      ]),
    },
  };
}

function makeOrganization(chance: Chance, n: number): Resource {
  const metadata = makeMetadata(chance, "organizations");
  const quota = chance.uuid();
  return {
    metadata,
    entity: {
      name: `organization-${n}`,
      ...{ billing_enabled: false, quota_definition_guid: quota, status: "active" },
      ...links(metadata.url, [
        "spaces",
        "domains",
        "private_domains",
        "users",
        "managers",
        "billing_managers",
        "auditors",
        "app_events",
        "space_quota_definitions",
      ]),
    },
  };
}

function makeSpace(chance: Chance, n: number, { metadata: { guid, url } }: Resource): Resource {
  const metadata = makeMetadata(chance, "spaces");
  return {
    metadata,
    entity: {
      name: `space-${n}`,
      ...{ organization_guid: guid, organization_url: url, space_quota_definition_guid: null, allow_ssh: true },
      ...links(metadata.url, [
        "developers",
        "managers",
        "auditors",
        "apps",
        "routes",
        "domains",
        "service_instances",
        "app_events",
        "events",
        "security_groups",
      ]),
    },
  };
}

function makeMetadata(chance: Chance, collection: string): Resource["metadata"] {
  const guid = chance.uuid();
  const write = (year: number) => {
    const { day, time } = chance.date(year);
    return `${day}T${time}Z`;
  };
  return { guid, url: `/v2/${collection}/${guid}`, created_at: write(2015), updated_at: write(2016) };
}

function links(url: string, names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [`${name}_url`, `${url}/${name}`]));
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, n) => n);
}
