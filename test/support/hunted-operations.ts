import { MUTATIONS } from "./mutations.ts";
import { ADA, AIR, APP, KEY, PILOTS, PORTAL, PRODUCTION, ROSTER } from "./sandbox-ids.ts";

/** An operation of the graph that meets a service. */
export interface Operation {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Where the service has it; left out: in every edition. */
  readonly editions?: readonly string[];
}

const PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const SERVICE = "service { name dialect }";
const COMMON = `id upstreamId ${SERVICE} href name status customData createdAt updatedAt`;
const KEYS = "apiKeys { id upstreamId name description status href createdAt updatedAt }";
const USER_RECORD = `__typename ${COMMON} username email
  econtext { organizationAdmin passwordModifiedAt organization { id name } }
  cloudFoundry { admin active defaultSpace { id name } }`;
const APPLICATION_RECORD = `__typename ${COMMON} description
  cloudFoundry { instances memory diskQuota buildpack space { id name } }`;
const GROUP_RECORD = `__typename ${COMMON} description kind`;

const connection = (selection: string, edge = "") =>
  `{ edges { cursor ${edge} node { ${selection} } } nodes { id } ${PAGE} }`;

const USER = `${USER_RECORD} ${KEYS}
  applications ${connection(APPLICATION_RECORD)}
  groups ${connection(GROUP_RECORD, "role")}`;
const APPLICATION = `${APPLICATION_RECORD}
  groups ${connection(GROUP_RECORD)}
  users ${connection(USER_RECORD)}`;
const GROUP = `${GROUP_RECORD}
  application { ${APPLICATION_RECORD} }
  parent { ${GROUP_RECORD} }
  children ${connection(GROUP_RECORD)}
  applications ${connection(APPLICATION_RECORD)}
  members ${connection(USER_RECORD, "role")}`;

const list = (field: string, selection: string, args = "first: 2") =>
  `{ ${field}(${args}) { totalCount ${PAGE} nodes { id } edges { cursor node { ${selection} } } } }`;
const NODE = `__typename id
  ... on User { name email username userData: customData apiKeys { name } }
  ... on Application { name description href applicationData: customData }
  ... on Group { name description kind href groupData: customData }`;

const read = (name: string, query: string, editions?: readonly string[]): Operation => ({
  name,
  query,
  ...(editions && { editions }),
});
const write = (field: keyof typeof MUTATIONS, input: object, name: string = field): Operation => ({
  name,
  query: MUTATIONS[field],
  variables: { input },
});

const user = (service: string) => `User:${service}:${ADA}`;
const organization = (service: string) => `Group:${service}:organization:${AIR}`;
const application = (id: string, service: string) => `Application:${service}:${id}`;
const group = `Group:directory:group:${PILOTS}`;
const space = `Group:cloud:space:${PRODUCTION}`;
const key = `ApiKey:directory:${ADA}:${KEY}`;
const draft = { email: "ines@example.com", password: "a long enough one", name: "Inês", applications: [PORTAL] };

export const OPERATIONS_OF_ECONTEXT: readonly Operation[] = [
  read("services", `{ services { name dialect } user(id: "${ADA}") { name } }`),
  read("user", `{ user(id: "${ADA}") { ${USER} } }`),
  read("application", `{ application(id: "${PORTAL}") { ${APPLICATION} } }`),
  read("group", `{ group(id: "${group}") { ${GROUP} } }`),
  read("group of unknown kind", `{ group(id: "${PILOTS}") { name } }`),
  read("organization", `{ group(id: "${organization("directory")}") { ${GROUP} } }`),
  read("users", list("users", USER_RECORD)),
  read(
    "users with all that is theirs",
    list("users", `id ${KEYS} applications { nodes { name } } groups { nodes { name } }`),
  ),
  read("users, searched", list("users", USER_RECORD, 'first: 2, search: "ada"')),
  read("applications", list("applications", APPLICATION_RECORD)),
  read("groups", list("groups", GROUP_RECORD)),
  read("groups by kind", list("groups", GROUP_RECORD, "kind: GROUP")),
  read("organizations", list("groups", GROUP_RECORD, "kind: ORGANIZATION")),
  read("node", `{ node(id: "${user("directory")}") { ${NODE} } }`),
  read(
    "nodes",
    `{ nodes(ids: ["${user("directory")}", "${application(PORTAL, "directory")}", "${group}"]) { ${NODE} } }`,
  ),
  write("createUser", { econtext: draft }),
  write("createUser", { econtext: { ...draft, groups: [PILOTS] } }, "createUser in a group"),
  write("updateUser", {
    id: user("directory"),
    econtext: { password: "a long enough one", status: "DISABLED", customData: { a: 1 } },
  }),
  write("updateUser", { id: user("directory"), econtext: {} }, "updateUser by nothing"),
  write("deleteUser", { id: user("directory") }),
  write("addUserToGroup", { user: user("directory"), group }),
  write("removeUserFromGroup", { user: user("directory"), group }),
  write("addUserToApplication", { user: user("directory"), application: application(ROSTER, "directory") }),
  write("removeUserFromApplication", { user: user("directory"), application: application(ROSTER, "directory") }),
  write("createApiKey", { user: user("directory"), name: "export" }),
  write("updateApiKey", { id: key, status: "DISABLED" }),
  write("deleteApiKey", { id: key }),
];

export const OPERATIONS_OF_CLOUD_FOUNDRY: readonly Operation[] = [
  read("services", `{ services { name dialect } user(id: "${ADA}") { username } }`),
  read("user", `{ user(id: "${ADA}") { ${USER} } }`),
  read("application", `{ application(id: "${APP}") { ${APPLICATION} } }`),
  read("organization", `{ group(id: "${organization("cloud")}") { ${GROUP} } }`),
  read("space", `{ group(id: "${space}") { ${GROUP} } }`),
  read("group of unknown kind", `{ group(id: "${PRODUCTION}") { name } }`),
  read("users", list("users", USER_RECORD)),
  read("users with all that is theirs", list("users", "id applications { nodes { name } } groups { nodes { name } }")),
  read("applications", list("applications", APPLICATION_RECORD)),
  read("groups", list("groups", GROUP_RECORD)),
  read("spaces", list("groups", GROUP_RECORD, "kind: SPACE")),
  read("node", `{ node(id: "${space}") { ${NODE} } }`),
  read("nodes", `{ nodes(ids: ["${user("cloud")}", "${application(APP, "cloud")}", "${space}"]) { ${NODE} } }`),
  write("createUser", { cloudFoundry: { guid: "uaa-77" } }),
  write("createUser", { cloudFoundry: { guid: "uaa-77", defaultSpace: PRODUCTION } }, "createUser in a space"),
  write("updateUser", { id: user("cloud"), cloudFoundry: { admin: true } }),
  write("updateUser", { id: user("cloud"), cloudFoundry: { defaultSpace: PRODUCTION } }, "updateUser with a space"),
  write("deleteUser", { id: user("cloud") }),
  write("addUserToGroup", { user: user("cloud"), group: space }),
  write("addUserToGroup", { user: user("cloud"), group: organization("cloud") }, "addUserToGroup (ORGANIZATION)"),
  write("removeUserFromGroup", { user: user("cloud"), group: space }),
  write(
    "removeUserFromGroup",
    { user: user("cloud"), group: organization("cloud") },
    "removeUserFromGroup (ORGANIZATION)",
  ),
];
