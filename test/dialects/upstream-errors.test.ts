import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudFoundryV2 } from "../../src/dialects/cloud-foundry-v2/dialect.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { econtext } from "../../src/dialects/econtext/dialect.ts";
import type { FailureCode } from "../../src/domain/errors.ts";
import { PEOPLE } from "../../src/sandbox/people.ts";
import { startGateway } from "../support/gateway.ts";
import { MUTATIONS } from "../support/mutations.ts";
import { exchanges } from "../support/replay.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import {
  all,
  code,
  done,
  EMPTY,
  failed,
  lost,
  NULL,
  operationsOf,
  refused,
  several,
  tell,
  writeTable,
  type GraphOperation,
  type Outcome,
  type Row,
  type UpstreamAnswer,
} from "../support/upstream-error.ts";
import { ADA, AIR, APP, KEY, PILOTS, PORTAL, PRODUCTION, ROSTER } from "../support/sandbox-ids.ts";

const DOCUMENT = "docs/upstream-errors.md";
const REWRITE = "UPDATE_DOCS=1 npx vitest run test/dialects/upstream-errors.test.ts";

const BRAM = "0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01";
/** Whatever the service calls `ID`: no sandbox has it. */
const NOBODY = "4QlXPsKV1tis43vjTNwF7n";

const HASH = "$2b$12$8Nw7cYw0hVdJ1nHc0m2cPeQmJ7l0m3kXv1yQz9uWcR5tS4aB6dEfG";
const STACK = `Traceback (most recent call last):
  File "/srv/econtextauth/models/user.py", line 46, in save
    raise Exception(self.deflate({"password": "${HASH}"}))`;
/** What is in the bodies of this table, and must not be in any answer of ours. */
const SECRETS = [HASH, "/srv/econtextauth", "self.deflate", "someone.else", "10.0.0.7"];
const PAGE = "<html><body><h1>nginx at 10.0.0.7</h1>User not found, already exists</body></html>";

function html(status: number, headers: Readonly<Record<string, string>> = {}): UpstreamAnswer {
  return { status, says: "a page of HTML", body: PAGE, headers: { "content-type": "text/html", ...headers } };
}

function json(status: number, says: string, body: unknown): UpstreamAnswer {
  return { status, says, body: JSON.stringify(body).replaceAll(/\bID\b/g, NOBODY) };
}

const COME_BACK = { "retry-after": "17" };

const user = (id: string, service = "directory") => `User:${service}:${id}`;
const group = (id: string) => `Group:directory:group:${id}`;
const organization = (id: string, service = "directory") => `Group:${service}:organization:${id}`;
const space = (id: string) => `Group:cloud:space:${id}`;
const application = (id: string, service = "directory") => `Application:${service}:${id}`;

/** @param path of the field in the response: `application.users` */
function read(name: string, query: string, request: string, path: string): GraphOperation {
  return { name, query: `{ ${query} }`, request: `GET ${request}`, path: path.split(".") };
}

/** A list that tells whether its owner is there, too, which is asked for with nothing else. */
function proof(list: GraphOperation): GraphOperation {
  const [owner = ""] = list.path;
  return { ...list, name: `\`${owner}\` of which only ${list.name} is asked`, path: [owner] };
}

function write(
  field: keyof typeof MUTATIONS,
  input: Readonly<Record<string, unknown>>,
  request: string,
  variant: Partial<GraphOperation> = {},
): GraphOperation {
  return { name: `\`${field}\``, query: MUTATIONS[field], input, request, path: [field], ...variant };
}

const NODES = "{ nodes { name } }";
const missing = (...path: readonly string[]): Outcome => refused(["NOT_FOUND", `input.${path.join(".")}`]);
const conflictAt = (field: string): Outcome => refused(["CONFLICT", `input.${field}`]);

// eContext

const enveloped = (status: number, says: string, error: unknown, traceback: string) =>
  json(status, says, {
    econtext: { result: {}, elapsed: 2e-4, status: `${status}`, error, errorcode: `${status}`, traceback },
  });
const sentence = (parameter: string, text: string) => `The "${parameter}" parameter is invalid. ${text}`;
/** Whatever parameter E0 and E1 name. */
const invalid = (text: string, parameter = "userid") =>
  enveloped(400, code(`... ${text}`), "Invalid parameter", sentence(parameter, text));
/** E2 puts the id itself in the place of the parameter's name. */
const invalidId = (text: string) =>
  enveloped(400, code(sentence("ID", text)), "Invalid parameter", sentence("ID", text));
const required = (parameter: string) => {
  const text = `The "${parameter}" parameter is required.`;
  return enveloped(400, code(text), "Missing parameter", text);
};
const conflict = (text: string) => enveloped(409, code(text), "409 Conflict", text);
/** A bare exception: its text, and a stack that nobody may see. */
const crash = (text: string, says = code(text)) => enveloped(500, says, text, STACK);
/** E2 quotes the whole record, with its password's hash. */
const undeflatable = (property: string, reason: string) => {
  const begin = `Attempting to deflate property '${property}' on`;
  return crash(`${begin} {'password': '${HASH}'}: ${reason}`, code(`${begin} ...: ${reason}`));
};
const taken = (label: string, property: string) => {
  const begin = `Node(46) already exists with label \`${label}\` and property \`${property}\` =`;
  return crash(`${begin} 'someone.else@example.com'`, code(`${begin} ...`));
};
/** As a sister API of the same company writes its errors. */
const objection = (message: string) =>
  json(400, `an \`error\` that is an object, ${code(message)}`, { econtext: { error: { code: 7, message } } });
const fault = (says = "any other exception, with a stack") => crash("'NoneType' object has no attribute 'strip'", says);
const result = (says: string, value: unknown) => json(200, says, { econtext: { result: value, elapsed: 8.65e-5 } });
const noPath: UpstreamAnswer = { status: 404, says: "nothing: there is no such path", body: "" };

const ADAS = `/api/users/user/${ADA}`;
const ADAS_KEY = `${ADAS}/apikey/${KEY}`;
const key = `ApiKey:directory:${ADA}:${KEY}`;
const inPilots = { user: user(ADA), group: group(PILOTS) };
const inPortal = { user: user(ADA), application: application(PORTAL) };
const fields = { email: "ada@example.com", password: "a long enough one", status: "DISABLED" };
const draft = { email: "ines@example.com", password: "a long enough one", name: "Inês", applications: [PORTAL] };

const ofPortal = (selection: string) => `application(id: "${application(PORTAL)}") { ${selection} }`;
const ofPilots = (selection: string) => `group(id: "${group(PILOTS)}") { ${selection} }`;
const ofAir = (selection: string) => `group(id: "${organization(AIR)}") { ${selection} }`;
const search = (text: string) =>
  read("`users` with `search`", `users(first: 2, search: "ada") ${NODES}`, `/api/users/search/${text}`, "users");
const create = (more: Readonly<Record<string, unknown>>, variant?: string) =>
  write("createUser", { econtext: { ...draft, ...more } }, "POST /api/users/user", {
    name: `\`createUser\`${variant ?? ""}`,
  });

const PORTALS = `/api/applications/application/${PORTAL}`;
const PILOTS_OWN = `/api/groups/group/${PILOTS}`;
const AIRS = `/api/organizations/organization/${AIR}`;

const e = {
  user: read("`user`", `user(id: "${user(ADA)}") { name }`, ADAS, "user"),
  application: read("`application`", ofPortal("name"), PORTALS, "application"),
  group: read("`group` (GROUP)", ofPilots("name"), PILOTS_OWN, "group"),
  organization: read("`group` (ORGANIZATION)", ofAir("name"), AIRS, "group"),
  users: read("`users`", `users(first: 2) ${NODES}`, "/api/users", "users"),
  search: { ...search("ada"), editions: ["E0", "E1"] },
  /** As a phrase. */
  searchInE2: { ...search("%22ada%22"), editions: ["E2"] },
  applications: read("`applications`", `applications ${NODES}`, "/api/applications", "applications"),
  groups: read("`groups` (GROUP)", `groups(kind: GROUP) ${NODES}`, "/api/groups", "groups"),
  organizations: read("`groups` (ORGANIZATION)", `groups(kind: ORGANIZATION) ${NODES}`, "/api/organizations", "groups"),
  usersOfApplication: read("`Application.users`", ofPortal(`users ${NODES}`), `${PORTALS}/users`, "application.users"),
  groupsOfApplication: read(
    "`Application.groups`",
    ofPortal(`groups ${NODES}`),
    `${PORTALS}/groups`,
    "application.groups",
  ),
  usersOfGroup: read("`Group.members` (GROUP)", ofPilots(`members ${NODES}`), `${PILOTS_OWN}/users`, "group.members"),
  usersOfOrganization: {
    ...read(
      "`Group.members` (ORGANIZATION)",
      ofAir(`members(role: MEMBER) ${NODES}`),
      `${AIRS}/users`,
      "group.members",
    ),
    editions: ["E2"],
  },
  createUser: create({}),
  createUserInUnknown: create({ applications: [PORTAL, NOBODY] }, " with an unknown application"),
  createUserInUnknownGroup: create({ groups: [NOBODY] }, " with an unknown group"),
  createUserInOrganization: create({ organization: organization(AIR) }, " with `organization`"),
  createUserOfCompany: create({ customData: { company_name: "kestrel-air" } }, " with `customData.company_name`"),
  updateUser: write("updateUser", { id: user(ADA), econtext: fields }, `PUT ${ADAS}`),
  updateUserByNothing: write("updateUser", { id: user(ADA), econtext: {} }, `GET ${ADAS}`, {
    name: "`updateUser` that changes nothing",
  }),
  deleteUser: write("deleteUser", { id: user(ADA) }, `DELETE ${ADAS}`),
  addUserToGroup: write("addUserToGroup", inPilots, `POST ${ADAS}/group/${PILOTS}`),
  removeUserFromGroup: write("removeUserFromGroup", inPilots, `DELETE ${ADAS}/group/${PILOTS}`),
  addUserToApplication: write("addUserToApplication", inPortal, `POST ${ADAS}/application/${PORTAL}`),
  removeUserFromApplication: write("removeUserFromApplication", inPortal, `DELETE ${ADAS}/application/${PORTAL}`),
  removeStrangerFromApplication: write(
    "removeUserFromApplication",
    { user: user(BRAM), application: application(ROSTER) },
    `DELETE /api/users/user/${BRAM}/application/${ROSTER}`,
    { name: "`removeUserFromApplication` of a user who is not in it" },
  ),
  createApiKey: write("createApiKey", { user: user(ADA), name: "export" }, `POST ${ADAS}/apikey`),
  updateApiKey: write("updateApiKey", { id: key, status: "DISABLED" }, `PUT ${ADAS_KEY}`),
  deleteApiKey: write("deleteApiKey", { id: key }, `DELETE ${ADAS_KEY}`),
};

const searches = all(e.search.name, e.search, e.searchInE2);
/** Of these no edition lacks the path. */
const ofEveryEdition = all(
  "any other read",
  ...[
    e.user,
    e.application,
    e.group,
    e.users,
    searches,
    e.applications,
    e.groups,
    e.usersOfApplication,
    e.usersOfGroup,
  ],
);
const anyRead = all(
  "any read",
  ofEveryEdition,
  e.groupsOfApplication,
  ...[e.organization, e.organizations, e.usersOfOrganization],
);
const ofFields = several(e.createUser, e.updateUser);
const ofUser = several(e.updateUserByNothing, e.updateUser, e.deleteUser);
const inGroup = several(e.addUserToGroup, e.removeUserFromGroup);
const inApplication = several(e.addUserToApplication, e.removeUserFromApplication);
const byUser = several(inGroup, inApplication, e.createApiKey);
const ofKey = several(e.updateApiKey, e.deleteApiKey);
const anyWrite = all("any write", ofFields, e.deleteUser, byUser, ofKey);
const anything = all("anything", anyRead, anyWrite);

/** The same sentence about a new user and about a change lies at the same field of `input.econtext`. */
const atField = (problem: "INVALID" | "TAKEN", field: string): Outcome => refused([problem, `input.econtext.${field}`]);
const unknownApplication = missing("econtext", "applications", "1");
const anotherUser = result("another user", { user: { id: "someone.else" } });
const lastApplication = conflict("A User must be associated with at least one Application");
const outsideApplication = "User is not a member the application ID specified by this group";
const otherSentence = enveloped(400, "any other sentence", "Invalid parameter", "Cannot delete the system application");
const login = { error: { title: "401 Unauthorized", description: "Authentication required" } };

const ECONTEXT: readonly Row[] = [
  // What is not there.
  [e.user, "E0, E1", invalid("User not found"), NULL],
  [e.user, "E2", invalidId("User not found"), NULL],
  [e.user, "all", objection("User not found"), NULL],
  [e.application, "all", invalid("Application not found", "appid"), NULL],
  [e.group, "E0, E1", fault("a fault while it builds the error"), failed("UPSTREAM_ERROR")],
  [e.group, "E0, E1", result("`null` for a group that lost its application", { group: null }), NULL],
  [e.group, "E2", invalidId("Organization not found"), NULL],
  [e.organization, "E2", invalidId("Organization not found"), NULL],
  [e.organization, "E0, E1", noPath, NULL],
  [e.organizations, "E0, E1", noPath, EMPTY],
  [e.groupsOfApplication, "E0", noPath, done("what `GET /groups` tells of the application")],
  [e.groupsOfApplication, "all", invalid("Application could not be found", "appid"), EMPTY],
  [proof(e.usersOfApplication), "all", invalid("Application could not be found", "appid"), NULL],
  [proof(e.usersOfGroup), "all", invalid("Group could not be found", "groupid"), NULL],
  [e.groups, "E0, E1", result("`null` for each group that lost its application", { groups: [null] }), EMPTY],
  [ofUser, "E0, E1", invalid("User not found"), missing("id")],
  [ofUser, "E2", invalidId("User not found"), missing("id")],
  [byUser, "E0, E1", invalid("User not found"), missing("user")],
  [byUser, "E2", crash("User ID not found"), missing("user")],
  [inGroup, "E0, E1", invalid("Group not found", "groupid"), missing("group")],
  [inGroup, "E2", crash("Group ID not found"), missing("group")],
  [inApplication, "E0, E1", invalid("Application not found", "appid"), missing("application")],
  [inApplication, "E2", crash("Application ID not found"), missing("application")],
  [ofKey, "E0, E1", invalid("User not found"), missing("id")],
  [ofKey, "E2", crash("User ID not found"), missing("id")],
  [ofKey, "E0, E1", invalid("ApiKey not found", "keyid"), missing("id")],
  [ofKey, "E2", crash("ApiKey ID not found"), missing("id")],
  [ofKey, "E2", crash("(UserDoesNotExist(...), '{}')"), missing("id")],
  [e.createUserInUnknown, "E0, E1", invalid("Couldn't find application ID"), unknownApplication],
  [e.createUserInUnknown, "E2", crash("Object of type set is not JSON serializable"), unknownApplication],
  [e.createUserInUnknownGroup, "E0, E1", invalid("Couldn't find application ID"), missing("econtext", "groups", "0")],
  [
    e.createUserInUnknownGroup,
    "E2",
    crash("Object of type set is not JSON serializable"),
    missing("econtext", "groups", "0"),
  ],
  [e.createUserInOrganization, "E2", crash("Organization not found: ID"), missing("econtext", "organization")],

  // What a user cannot be like.
  [e.createUser, "E0, E1", required("email"), atField("INVALID", "email")],
  [e.createUser, "E1", required("'email'"), atField("INVALID", "email")],
  [e.createUser, "E2", crash("A valid email address is required to create a new user"), atField("INVALID", "email")],
  [ofFields, "E0, E1", invalid("Invalid email address", "email"), atField("INVALID", "email")],
  [ofFields, "E2", undeflatable("email", "Invalid email"), atField("INVALID", "email")],
  [ofFields, "E0, E1", invalid("A user with that email already exists", "email"), atField("TAKEN", "email")],
  [ofFields, "E2", taken("User", "email"), atField("TAKEN", "email")],
  [ofFields, "E2", taken("User", "username"), atField("TAKEN", "email")],
  [ofFields, "all", objection("A user with that email already exists"), atField("TAKEN", "email")],
  [e.createUser, "E2", taken("Organization", "name"), atField("TAKEN", "name")],
  [e.createUserOfCompany, "E2", taken("Organization", "name"), atField("TAKEN", "customData")],
  [e.createUser, "E0, E1", required("password"), atField("INVALID", "password")],
  [e.createUser, "E2", crash("Password must be included"), atField("INVALID", "password")],
  [ofFields, "E0, E1", invalid("Password must be at least 7 characters long"), atField("INVALID", "password")],
  [ofFields, "E2", crash("Password must be at least 7 characters long"), atField("INVALID", "password")],
  [e.createUser, "E0, E1", required("applications"), refused(["INVALID", "input.econtext"])],
  [e.updateUser, "E2", undeflatable("status", "Invalid choice: X"), atField("INVALID", "status")],
  [e.updateApiKey, "E2", undeflatable("status", "Invalid choice: X"), refused(["INVALID", "input.status"])],

  // What the present state forbids.
  [e.deleteUser, "all", conflict("User must be disabled before deletion is possible"), conflictAt("id")],
  [e.deleteApiKey, "all", conflict("ApiKey must be disabled before deletion is possible"), conflictAt("id")],
  [e.addUserToGroup, "E0, E1", invalid(outsideApplication, "groupid"), conflictAt("group")],
  [e.addUserToGroup, "E2", crash("'Group' object has no attribute 'id'"), conflictAt("group")],
  [e.removeUserFromApplication, "E0, E1", lastApplication, conflictAt("application")],
  [e.removeStrangerFromApplication, "E0, E1", lastApplication, done("done: the user's record shows it")],

  // What is nobody's mistake that we know.
  [anything, "all", json(401, "`Authentication required`, without an envelope", login), failed("UNAUTHENTICATED")],
  [anything, "all", html(403), failed("FORBIDDEN")],
  [several(ofEveryEdition, anyWrite), "all", noPath, failed("UPSTREAM_ERROR")],
  [anything, "all", html(404), failed("UPSTREAM_ERROR")],
  [anything, "all", json(405, "no `error` at all", { econtext: { result: null } }), failed("UPSTREAM_ERROR")],
  [anything, "all", html(429, COME_BACK), failed("RATE_LIMITED")],
  [anything, "all", otherSentence, failed("UPSTREAM_ERROR")],
  [e.users, "E2", fault("a fault at one user without an organization"), failed("UPSTREAM_ERROR")],
  [e.usersOfApplication, "E2", fault("a fault at one user without an organization"), failed("UPSTREAM_ERROR")],
  [searches, "all", fault("a fault at what is searched for"), failed("UPSTREAM_ERROR")],
  ...leftOpen(fault(), "UPSTREAM_ERROR"),
  ...leftOpen(html(502), "UPSTREAM_UNAVAILABLE"),
  ...leftOpen(html(503, COME_BACK), "UPSTREAM_UNAVAILABLE"),
  ...leftOpen(html(504), "UPSTREAM_UNAVAILABLE"),

  // What is called a success.
  ...leftOpen(html(200), "UPSTREAM_INVALID_RESPONSE"),
  ...leftOpen(json(200, "no envelope", { user: { id: ADA } }), "UPSTREAM_INVALID_RESPONSE"),
  ...leftOpen(result("an empty `result`", {}), "UPSTREAM_INVALID_RESPONSE"),
  [e.user, "all", anotherUser, failed("UPSTREAM_INVALID_RESPONSE")],
  [e.updateUser, "all", anotherUser, lost("UPSTREAM_INVALID_RESPONSE")],
  [
    e.createApiKey,
    "all",
    result("a key without its secret", { apikey: { id: KEY } }),
    lost("UPSTREAM_INVALID_RESPONSE"),
  ],
  [e.updateUser, "E1", recorded("econtext", "docs-users-put-user"), done("done")],
  [e.deleteUser, "all", recorded("econtext", "docs-users-delete-user"), done("done")],
  [e.removeUserFromGroup, "all", recorded("econtext", "docs-users-group-delete-group"), done("done")],
  [e.removeUserFromApplication, "all", recorded("econtext", "docs-users-application-delete-application"), done("done")],
  [e.deleteApiKey, "all", recorded("econtext", "docs-users-apikey-delete-apikey"), done("done")],
];

// Cloud Foundry v2

const cf = (status: number, number: number, name: string, headers: Readonly<Record<string, string>> = {}) => ({
  ...json(status, `${number} \`${name}\``, {
    code: number,
    error_code: name,
    description: `planted by a test: ${HASH}`,
  }),
  headers,
});
const unknownError = cf(500, 10001, "UnknownError");
const notAuthorized = cf(403, 10003, "CF-NotAuthorized");
const noUser = cf(404, 20003, "CF-UserNotFound");
const noOrganization = cf(404, 30003, "CF-OrganizationNotFound");
const noSpace = cf(404, 40004, "CF-SpaceNotFound");
const invalidRelation = cf(400, 1002, "CF-InvalidRelation");
const notEmpty = cf(400, 10006, "CF-AssociationNotEmpty");
/** The JSON of a 429 is called plain text. */
const LIMITED = { ...COME_BACK, "content-type": "text/plain; charset=utf-8" };
const supporter: UpstreamAnswer = {
  status: 403,
  says: "plain text, called HTML: the caller has roles of v3 alone",
  body: "You are not authorized to perform the requested action",
  headers: { "content-type": "text/html" },
};
const switchedOff: UpstreamAnswer = {
  status: 404,
  says: "`V2 endpoints disabled`, in plain text",
  body: "V2 endpoints disabled",
  headers: { "content-type": "text/plain" },
};
const other = (status: number) => json(status, "another object", { metadata: { guid: "someone.else" }, entity: {} });
const job = { ...recorded("cloud-foundry-v2", "jobs-retrieve_job_that_is_queued"), status: 202, says: "a job" };

const CLOUD_ADA = `/v2/users/${ADA}`;
const ADA_IN_SPACE = `${CLOUD_ADA}/spaces/${PRODUCTION}`;
const ada = user(ADA, "cloud");
const nobody = user(NOBODY, "cloud");
const inSpace = { user: ada, group: space(PRODUCTION) };
const inOrganization = { user: ada, group: organization(AIR, "cloud") };
const ofApp = (selection: string) => `application(id: "${application(APP, "cloud")}") { ${selection} }`;
const ofCloudAir = (selection: string) => `group(id: "${organization(AIR, "cloud")}") { ${selection} }`;
const ofProduction = (selection: string) => `group(id: "${space(PRODUCTION)}") { ${selection} }`;

const CLOUD_AIR = `/v2/organizations/${AIR}`;
const CLOUD_PRODUCTION = `/v2/spaces/${PRODUCTION}`;

const c = {
  user: read("`user`", `user(id: "${ada}") { username }`, CLOUD_ADA, "user"),
  groupsOfUser: read("`User.groups`", `user(id: "${ada}") { groups ${NODES} }`, CLOUD_ADA, "user"),
  application: read("`application`", ofApp("name"), `/v2/apps/${APP}`, "application"),
  organization: read("`group` (ORGANIZATION)", ofCloudAir("name"), CLOUD_AIR, "group"),
  space: read("`group` (SPACE)", ofProduction("name"), CLOUD_PRODUCTION, "group"),
  users: read("`users`", "users(first: 100) { nodes { username } }", "/v2/users", "users"),
  applications: read("`applications`", `applications ${NODES}`, "/v2/apps", "applications"),
  organizations: read("`groups` (ORGANIZATION)", `groups(kind: ORGANIZATION) ${NODES}`, "/v2/organizations", "groups"),
  spaces: read("`groups` (SPACE)", `groups(kind: SPACE) ${NODES}`, "/v2/spaces", "groups"),
  usersOfApplication: read(
    "`Application.users`",
    ofApp(`users ${NODES}`),
    `${CLOUD_PRODUCTION}/developers`,
    "application.users",
  ),
  membersOfOrganization: read(
    "`Group.members` (ORGANIZATION)",
    ofCloudAir(`members ${NODES}`),
    `${CLOUD_AIR}/user_roles`,
    "group.members",
  ),
  membersOfSpace: read(
    "`Group.members` (SPACE)",
    ofProduction(`members ${NODES}`),
    `${CLOUD_PRODUCTION}/user_roles`,
    "group.members",
  ),
  children: read("`Group.children`", ofCloudAir(`children ${NODES}`), `${CLOUD_AIR}/spaces`, "group.children"),
  applicationsOfSpace: read(
    "`Group.applications`",
    ofProduction(`applications ${NODES}`),
    `${CLOUD_PRODUCTION}/apps`,
    "group.applications",
  ),
  createUser: write("createUser", { cloudFoundry: { guid: "uaa-77" } }, "POST /v2/users"),
  createUserWithSpace: write(
    "createUser",
    { cloudFoundry: { guid: "uaa-77", defaultSpace: PRODUCTION } },
    "POST /v2/users",
    { name: "`createUser` with `defaultSpace`" },
  ),
  updateUser: write("updateUser", { id: ada, cloudFoundry: { admin: true } }, `PUT ${CLOUD_ADA}`),
  updateUserWithSpace: write(
    "updateUser",
    { id: ada, cloudFoundry: { defaultSpace: PRODUCTION } },
    `PUT ${CLOUD_ADA}`,
    { name: "`updateUser` with `defaultSpace`" },
  ),
  updateUserByNothing: write("updateUser", { id: ada, cloudFoundry: {} }, `GET ${CLOUD_ADA}`, {
    name: "`updateUser` that changes nothing",
  }),
  deleteUser: write("deleteUser", { id: ada }, `DELETE ${CLOUD_ADA}`),
  addToSpace: write("addUserToGroup", inSpace, `PUT ${ADA_IN_SPACE}`, { name: "`addUserToGroup` (SPACE)" }),
  addToOrganization: write("addUserToGroup", inOrganization, `PUT ${CLOUD_ADA}/organizations/${AIR}`, {
    name: "`addUserToGroup` (ORGANIZATION)",
  }),
  addNobody: write("addUserToGroup", { ...inSpace, user: nobody }, `PUT /v2/users/${NOBODY}/spaces/${PRODUCTION}`, {
    name: "`addUserToGroup` of an unknown user",
  }),
  addToNothing: write("addUserToGroup", { ...inSpace, group: space(NOBODY) }, `PUT ${CLOUD_ADA}/spaces/${NOBODY}`, {
    name: "`addUserToGroup` to an unknown group",
  }),
  addNobodyToNothing: write(
    "addUserToGroup",
    { user: nobody, group: organization(NOBODY, "cloud") },
    `PUT /v2/users/${NOBODY}/organizations/${NOBODY}`,
    { name: "`addUserToGroup`, both unknown" },
  ),
  addFromSpace: write("addUserToGroup", inSpace, `PUT ${CLOUD_PRODUCTION}/developers/${ADA}`, {
    name: "`addUserToGroup`, from the group's side",
    beside: { [`PUT ${ADA_IN_SPACE}`]: notAuthorized },
  }),
  removeFromSpace: write("removeUserFromGroup", inSpace, `DELETE ${ADA_IN_SPACE}`, {
    name: "`removeUserFromGroup` (SPACE)",
  }),
  removeFromOrganization: write("removeUserFromGroup", inOrganization, `DELETE ${CLOUD_ADA}/organizations/${AIR}`, {
    name: "`removeUserFromGroup` (ORGANIZATION)",
  }),
};

const anyList = all(
  "any list",
  ...[c.users, c.applications, c.organizations, c.spaces, c.usersOfApplication],
  ...[c.membersOfOrganization, c.membersOfSpace, c.children, c.applicationsOfSpace],
);
const anyCloudRead = all("any read", ...[c.user, c.groupsOfUser, c.application, c.organization, c.space], anyList);
const creation = several(c.createUser, c.createUserWithSpace);
const change = several(c.updateUser, c.updateUserWithSpace);
const addition = several(c.addToSpace, c.addToOrganization);
const removal = several(c.removeFromSpace, c.removeFromOrganization);
const otherWrite = all("any other write", creation, change, c.deleteUser, removal);
const anyCloudWrite = all("any write", otherWrite, addition);
const anythingOfCloud = all("anything", anyCloudRead, anyCloudWrite);
const unknownSpace = missing("cloudFoundry", "defaultSpace");

const CLOUD_FOUNDRY: readonly Row[] = [
  // What is not there.
  [several(c.user, c.groupsOfUser), "v2", noUser, NULL],
  [c.application, "v2", recorded("cloud-foundry-v2", "errors-apps_not_found"), NULL],
  [c.organization, "v2", noOrganization, NULL],
  [c.space, "v2", noSpace, NULL],
  [c.children, "v2", noOrganization, EMPTY],
  [several(c.usersOfApplication, c.applicationsOfSpace), "v2", noSpace, EMPTY],
  [proof(c.membersOfOrganization), "v2", noOrganization, NULL],
  [proof(c.membersOfSpace), "v2", noSpace, NULL],
  [several(c.updateUserByNothing, c.updateUser, c.deleteUser), "v2", noUser, missing("id")],
  [several(c.createUserWithSpace, c.updateUserWithSpace), "v2", invalidRelation, unknownSpace],
  [c.addNobody, "v2", unknownError, missing("user")],
  [c.addToNothing, "v2", unknownError, missing("group")],
  [c.addNobodyToNothing, "v2", unknownError, refused(["NOT_FOUND", "input.user"], ["NOT_FOUND", "input.group"])],
  [addition, "v2", unknownError, lost("UPSTREAM_ERROR")],
  [c.addFromSpace, "v2", noSpace, missing("group")],
  [removal, "v2", invalidRelation, missing("user")],
  [c.removeFromSpace, "v2", noSpace, missing("group")],
  [c.removeFromOrganization, "v2", noOrganization, missing("group")],

  // What a user cannot be like.
  [creation, "v2", cf(400, 20002, "CF-UaaIdTaken"), refused(["TAKEN", "input.cloudFoundry.guid"])],
  [creation, "v2", cf(400, 20001, "CF-UserInvalid"), refused(["INVALID", "input.cloudFoundry.guid"])],
  [
    several(c.createUser, c.updateUser),
    "v2",
    cf(400, 1001, "CF-MessageParseError"),
    refused(["INVALID", "input.cloudFoundry"]),
  ],

  // What the present state forbids.
  [c.deleteUser, "v2", notEmpty, conflictAt("id")],
  [c.removeFromOrganization, "v2", notEmpty, conflictAt("group")],
  [c.removeFromOrganization, "v2", cf(403, 30004, "CF-LastManagerInOrg"), conflictAt("group")],
  [c.removeFromOrganization, "v2", cf(403, 30005, "CF-LastBillingManagerInOrg"), conflictAt("group")],
  [c.removeFromOrganization, "v2", cf(403, 30006, "CF-LastUserInOrg"), conflictAt("group")],
  [c.addFromSpace, "v2", invalidRelation, conflictAt("user")],

  // Who may not.
  [anythingOfCloud, "v2", cf(401, 10002, "CF-NotAuthenticated"), failed("UNAUTHENTICATED")],
  [anythingOfCloud, "v2", cf(401, 1000, "CF-InvalidAuthToken"), failed("UNAUTHENTICATED")],
  [anythingOfCloud, "v2", cf(403, 10007, "CF-InsufficientScope"), failed("FORBIDDEN")],
  [anythingOfCloud, "v2", supporter, failed("FORBIDDEN")],
  [addition, "v2", notAuthorized, done("done, from the group's side")],
  [c.addFromSpace, "v2", notAuthorized, failed("FORBIDDEN")],
  [c.addFromSpace, "v2", cf(400, 10004, "CF-InvalidRequest"), failed("FORBIDDEN")],
  [several(anyCloudRead, otherWrite), "v2", notAuthorized, failed("FORBIDDEN")],

  // What is nobody's mistake that we know.
  [several(anyList, c.groupsOfUser), "v2", cf(400, 10005, "CF-BadQueryParameter"), failed("UPSTREAM_ERROR")],
  [anyList, "v2", cf(500, 10012, "CF-OrderByParameterInvalid"), failed("UPSTREAM_ERROR")],
  [several(c.createUser, c.updateUser), "v2", invalidRelation, failed("UPSTREAM_ERROR")],
  [anythingOfCloud, "v2", cf(404, 10000, "CF-NotFound"), failed("UPSTREAM_ERROR")],
  [anythingOfCloud, "v2", switchedOff, failed("UPSTREAM_ERROR")],
  [anythingOfCloud, "v2", html(414), failed("UPSTREAM_ERROR")],
  [anythingOfCloud, "v2", cf(422, 10008, "CF-UnprocessableEntity"), failed("UPSTREAM_ERROR")],
  [anythingOfCloud, "v2", cf(429, 10013, "CF-RateLimitExceeded", LIMITED), failed("RATE_LIMITED")],
  [anythingOfCloud, "v2", cf(429, 10014, "CF-IPBasedRateLimitExceeded", LIMITED), failed("RATE_LIMITED")],
  [anythingOfCloud, "v2", cf(429, 10018, "CF-RateLimitV2APIExceeded", LIMITED), failed("RATE_LIMITED")],
  [anythingOfCloud, "v2", html(429), failed("RATE_LIMITED")],
  [anythingOfCloud, "v2", cf(502, 20004, "CF-UaaUnavailable"), failed("UPSTREAM_UNAVAILABLE")],
  [anythingOfCloud, "v2", cf(503, 20004, "CF-UaaUnavailable"), failed("UPSTREAM_UNAVAILABLE")],
  [anyCloudRead, "v2", unknownError, failed("UPSTREAM_ERROR")],
  [otherWrite, "v2", unknownError, lost("UPSTREAM_ERROR")],
  ...leftOpenByCloud(cf(500, 10011, "CF-DatabaseError"), "UPSTREAM_ERROR"),
  ...leftOpenByCloud(html(502), "UPSTREAM_UNAVAILABLE"),
  ...leftOpenByCloud(html(503, COME_BACK), "UPSTREAM_UNAVAILABLE"),
  ...leftOpenByCloud(html(504), "UPSTREAM_UNAVAILABLE"),

  // What is called a success.
  ...leftOpenByCloud(html(200), "UPSTREAM_INVALID_RESPONSE"),
  ...leftOpenByCloud(json(200, "an object that is empty", {}), "UPSTREAM_INVALID_RESPONSE"),
  [several(c.user, c.application, c.organization, c.space), "v2", other(200), failed("UPSTREAM_INVALID_RESPONSE")],
  [several(c.updateUser, addition), "v2", other(201), lost("UPSTREAM_INVALID_RESPONSE")],
  [several(c.deleteUser, removal), "v2", job, lost("UPSTREAM_INVALID_RESPONSE")],
  [c.deleteUser, "v2", recorded("cloud-foundry-v2", "users-delete_a_particular_user"), done("done")],
  [c.removeFromSpace, "v2", recorded("cloud-foundry-v2", "users-remove_space_from_the_user"), done("done")],
  [
    c.removeFromOrganization,
    "v2",
    recorded("cloud-foundry-v2", "users-remove_organization_from_the_user"),
    done("done"),
  ],
];

/** A read has failed; whether a write happened, nobody knows. */
function leftOpen(answer: UpstreamAnswer, failure: FailureCode): readonly Row[] {
  return [
    [anyRead, "all", answer, failed(failure)],
    [anyWrite, "all", answer, lost(failure)],
  ];
}

function leftOpenByCloud(answer: UpstreamAnswer, failure: FailureCode): readonly Row[] {
  return [
    [anyCloudRead, "v2", answer, failed(failure)],
    [anyCloudWrite, "v2", answer, lost(failure)],
  ];
}

function recorded(folder: "econtext" | "cloud-foundry-v2", name: string): UpstreamAnswer {
  const { status, body } = exchanges(folder).get(name)?.response ?? {};
  if (status === undefined) throw new Error(`There is no recording ${name}.`);
  return { status, says: `as recorded in \`${name}\``, body: body == null ? "" : JSON.stringify(body) };
}

interface Chapter {
  readonly title: string;
  readonly notes: string;
  readonly dialect: Dialect;
  readonly editions: readonly string[];
  /** What the service calls each request, where it does. */
  readonly requestId?: string;
  readonly rows: readonly Row[];
}

const CHAPTERS: readonly Chapter[] = [
  {
    title: "eContext",
    notes: `E0 and E1 say what is wrong with a 400. E2 raises bare exceptions, so that most mistakes of a caller are a 500 there.
The exception's text is matched and never passed on: it may hold a password's hash, a stack, or another user's email. An
unknown group is a fault in E0 and E1 that cannot be told from any other.

E0 and E1 change and delete any key below any user, so that the user's own record is read first, and in E2, too, while
the edition is not known yet: where it does not show the key, that is \`NOT_FOUND\` at \`input.id\`, without a write.`,
    dialect: econtext,
    editions: ["E0", "E1", "E2"],
    rows: ECONTEXT,
  },
  {
    title: "Cloud Foundry v2",
    notes: `What counts is the number in the body, or the name beside it, and not the content type: a 429 calls its JSON plain
text. A role for a user or in a group that is not there is a 500 which does not say so: then both are looked up. Where
the caller may not give a role from the user's side, the group's side is asked, if there is such a user.`,
    dialect: cloudFoundryV2,
    editions: ["v2"],
    requestId: "5e1d7c2e-70f2-4c0e-9a4e-3d0a6f0b8c11",
    rows: CLOUD_FOUNDRY,
  },
];

function writeDocument(): Promise<string> {
  const chapters = CHAPTERS.map(({ title, notes, rows }) => `## ${title}\n\n${notes}\n\n${writeTable(rows)}\n`);
  return format([HEAD, ...chapters].join("\n"), { parser: "markdown", printWidth: 120 });
}

const HEAD = `# What the errors of a service become

Each row is an answer of a service to the request that an operation of the graph makes there, and what the client gets.
\`test/dialects/upstream-errors.test.ts\` writes this page from its own table, and runs every row of it through the whole
gateway. After a change of the table: \`${REWRITE}\`.

- \`NOT_FOUND\` at \`input.id\` and the like are in the payload's \`errors\`; all else of the payload is null, and nothing was
  changed.
- \`UPSTREAM_ERROR\` and the like are GraphQL errors, the code in \`extensions.code\`. What could be read is still there.
- Where it says "outcome UNKNOWN", \`extensions.outcome\` is \`UNKNOWN\`: the write may have been done all the same, and the
  message tells how to find out.
- \`RATE_LIMITED\` and \`UPSTREAM_UNAVAILABLE\` are \`retryable\`, unless the outcome is unknown. They come after the retries
  of the configuration, where a request may be repeated. When to come back is in \`retryAfter\`, where the service says it.
- \`ID\` stands for an id, and \`...\` for whatever else the service says there. None of its words reaches a client.
- What the gateway finds wrong itself, such as a password of 3 characters, is never sent: the row tells what becomes of
  it where the service is stricter.
`;

let upstream: Upstream;
let play: (request: Request) => Promise<Response> | Response;

beforeAll(async () => {
  upstream = await startUpstream((request) => play(request));
});
afterAll(() => upstream.close());

describe.each(CHAPTERS)("An error of $title", (chapter) => {
  const cases = chapter.rows.map(([asked, editions, answer, outcome]) => ({
    asked,
    editions: editions === "all" ? chapter.editions : editions.split(", "),
    answer,
    outcome,
    title: `${asked.name} (${editions}): ${answer.status}, ${answer.says}: ${tell(outcome)}`,
  }));

  it.each(cases)("becomes what the table says: $title", async ({ asked, editions, answer, outcome }) => {
    expect.hasAssertions();
    for (const edition of editions) {
      for (const operation of operationsOf(asked).filter((one) => one.editions?.includes(edition) ?? true)) {
        await run(chapter, edition, operation, answer, outcome);
      }
    }
  });
});

async function run(
  { dialect, requestId }: Chapter,
  edition: string,
  operation: GraphOperation,
  answer: UpstreamAnswer,
  outcome: Outcome,
): Promise<void> {
  const { name: service, path, credentials, serve } = dialect.sandbox;
  const sandbox = serve(PEOPLE, dialect.sandbox.editions.includes(edition) ? { edition } : {});
  const asked: string[] = [];
  play = (request) => {
    const line = `${request.method} ${new URL(request.url).pathname}`;
    asked.push(line);
    const scripted = line === operation.request ? answer : operation.beside?.[line];
    return scripted === undefined ? sandbox(request) : respond(scripted, requestId);
  };
  const services = [{ name: service, dialect: dialect.name, url: upstream.origin + path, credentials }];
  const graph = startGateway(services, {}, { retries: 0 });
  const { status, text } = await graph.query(operation.query, { input: operation.input });
  await graph.close();

  const at = `${edition}: ${operation.name}`;
  expect(asked, at).toContain(operation.request);
  expect(status, at).toBe(200);
  expectOutcome(at, JSON.parse(text) as GraphResponse, { service, requestId, operation, answer, outcome });
  const told = textsIn(JSON.parse(text)).join("\n");
  expect(
    SECRETS.filter((secret) => told.includes(secret)),
    at,
  ).toEqual([]);
  // What was done shows the service's own records.
  if (outcome.is !== "done")
    expect(
      wordsOf(answer).filter((words) => told.includes(words)),
      at,
    ).toEqual([]);
}

function respond({ status, body, headers }: UpstreamAnswer, requestId: string | undefined): Response {
  return new Response(body === "" ? null : body, {
    status,
    headers: {
      "content-type": "application/json",
      ...(requestId !== undefined && { "x-vcap-request-id": requestId }),
      ...headers,
    },
  });
}

interface GraphResponse {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly unknown[];
}

interface Expected {
  readonly service: string;
  readonly requestId: string | undefined;
  readonly operation: GraphOperation;
  readonly answer: UpstreamAnswer;
  readonly outcome: Outcome;
}

/** Looks at the whole response, but for the words of our own messages. */
function expectOutcome(at: string, response: GraphResponse, { operation, outcome, ...from }: Expected): void {
  const { path, input } = operation;
  const lay = (value: unknown) => path.reduceRight((inner: unknown, field) => ({ [field]: inner }), value);
  switch (outcome.is) {
    case "null":
      expect(response, at).toEqual({ data: lay(null) });
      break;
    case "empty":
      expect(response, at).toEqual({ data: lay({ nodes: [] }) });
      break;
    case "done":
      expect(response, at).toEqual({
        data: lay(input === undefined ? SOMETHING : { ...eachOf(response, expect.anything()), errors: [] }),
      });
      break;
    case "refused": {
      const errors = outcome.problems.map(([problem, place]) => {
        return { code: problem, message: expect.stringMatching(/\.$/), path: place.split(".") };
      });
      expect(response, at).toEqual({ data: lay({ ...eachOf(response, null), errors }) });
      break;
    }
    case "failed": {
      const message = expect.stringContaining(`The service \`${from.service}\` `);
      const error = { message, locations: [expect.anything()], path, extensions: extensionsOf(outcome, from) };
      // A payload is never null: its failure takes all of `data` along.
      expect(response, at).toEqual({ data: input === undefined ? lay(null) : null, errors: [error] });
    }
  }
}

const SOMETHING = expect.objectContaining({ nodes: expect.arrayContaining([expect.anything()]) });

/** Every field of the one payload with this value. */
function eachOf({ data }: GraphResponse, value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(Object.values(data ?? {})[0] ?? {}).map((field) => [field, value]));
}

function extensionsOf(
  { code: failure, unknown }: Outcome & { readonly is: "failed" },
  { service, requestId, answer }: Pick<Expected, "service" | "requestId" | "answer">,
): Readonly<Record<string, unknown>> {
  const isPassing = failure === "RATE_LIMITED" || failure === "UPSTREAM_UNAVAILABLE";
  const seconds = answer.headers?.["retry-after"];
  return {
    code: failure,
    service,
    retryable: isPassing && !unknown,
    ...(requestId !== undefined && { requestId }),
    ...(seconds !== undefined && { retryAfter: Number(seconds) }),
    ...(unknown && { outcome: "UNKNOWN" }),
  };
}

/** Every four words in a row of every text in a body, or the whole of a shorter one: nobody else may have said that. */
function wordsOf({ body }: UpstreamAnswer): readonly string[] {
  return textsIn(body.startsWith("{") ? JSON.parse(body) : body).flatMap((text) => {
    const words = text.split(/\s+/);
    return words.length < 4 ? [text] : words.slice(3).map((_, at) => words.slice(at, at + 4).join(" "));
  });
}

/** All texts of a JSON value but numbers, which our own messages may tell as well. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return /^\d*$/.test(value) ? [] : [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe("The document of what errors become", () => {
  it(`says what the table says (${REWRITE})`, async () => {
    const written = await writeDocument();
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(DOCUMENT, written);
    expect(readFileSync(DOCUMENT, "utf8")).toBe(written);
  });
});
