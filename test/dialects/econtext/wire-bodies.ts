/** Wire objects by hand, in the shape of each edition. */
type Json = Readonly<Record<string, unknown>>;

const TIMES = { created_at: "2017-04-20 15:55:08.339000+00:00", modified_at: "2017-04-20 16:00:37+00:00" };

export function application(id: string, name = `Application ${id}`): Json {
  return {
    id,
    name,
    description: null,
    status: "ENABLED",
    custom_data: null,
    href: "",
    jwt_secret: "forge-me",
    ...TIMES,
  };
}

export function applicationE2(id: string, name = `Application ${id}`): Json {
  return { ...application(id, name), custom_data: {}, data: [], parameters: [] };
}

export function group(id: string, applicationId = "a1", name = `Group ${id}`): Json {
  return {
    id,
    name,
    description: "",
    status: "ENABLED",
    custom_data: { tier: 9 },
    href: "",
    application: applicationId,
    ...TIMES,
  };
}

export function groupE2(id: string, applicationId = "a1", name = `Group ${id}`): Json {
  return { ...group(id, applicationId, name), data: [{ key: "tier", value: 9 }] };
}

export function organization(id: string, name = `Organization ${id}`, more: Json = {}): Json {
  return { id, name, status: "ENABLED", custom_data: {}, data: [], href: "", ...TIMES, ...more };
}

/** E0 with id strings, E1 with objects: as the relations are given. */
export function user(id: string, more: Json = {}): Json {
  return {
    id,
    name: `User ${id}`,
    email: `${id}@example.com`,
    username: `${id}@example.com`,
    status: "UNVERIFIED",
    custom_data: null,
    href: "",
    applications: [],
    groups: [],
    apikeys: [],
    ...TIMES,
    ...more,
  };
}

export function userE2(id: string, more: Json = {}): Json {
  return {
    ...user(id),
    status: "ENABLED",
    custom_data: {},
    data: [],
    organization: null,
    org_admin: false,
    password_modified_at: "2026-11-22 04:50:59.982503+00:00",
    ...more,
  };
}

/** As E2 lists the users of groups and organizations. */
export function minimalUserE2(id: string): Json {
  const relations = ["applications", "groups", "apikeys", "data"];
  return Object.fromEntries(Object.entries(userE2(id)).filter(([key]) => !relations.includes(key)));
}
