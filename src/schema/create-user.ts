import { refuse, refuseAll, type Problem } from "../domain/errors.ts";
import type { Family } from "../domain/facets/family.ts";
import type { NewUser } from "../domain/user.ts";
import type { OpenService } from "../services/open-service.ts";
import type { Services } from "../services/services.ts";
import { builder } from "./builder.ts";
import { quote } from "./find.ts";
import { parseGlobalId } from "./global-id.ts";
import { readFamily } from "./input-family.ts";
import { readReference, type ReadReference } from "./input-id.ts";
import { coordinateOf, lazyUser, type LazyUser } from "./lazy.ts";
import { payload, payloadType, write } from "./payload.ts";
import { readWritten } from "./written.ts";
import { UserType } from "./refs.ts";

const EcontextCreateUserInput = builder.inputType("EcontextCreateUserInput", {
  description: "A user to create in an eContext service.",
  fields: (t) => ({
    service: t.string({ description: "May be left out where only one service speaks this dialect." }),
    email: t.string({ required: true, description: "What the user logs in with, unless that is changed later. At most 254 characters." }),
    password: t.string({
      required: true,
      description: "At least 7 characters once blanks at both ends are cut off, at most 1000.",
    }),
    name: t.string({
      description:
        "eContext's newest edition names an organization after the user where neither `organization` nor `customData.company_name` is given: there it is INVALID to leave out all three. At most 1000 characters.",
    }),
    customData: t.field({ type: "JSONObject", description: "Any JSON object, nested at most 100 levels deep." }),
    applications: t.idList({ description: "Global ids, or the upstream's own; at most 100." }),
    groups: t.idList({ description: "Global ids of groups of kind GROUP, or the upstream's own; at most 100." }),
    organization: t.id({
      description: "A group of kind ORGANIZATION. Editions without organizations: UNSUPPORTED.",
    }),
  }),
});

const CloudFoundryCreateUserInput = builder.inputType("CloudFoundryCreateUserInput", {
  description: "A user to create in a Cloud Foundry service.",
  fields: (t) => ({
    service: t.string({ description: "May be left out where only one service is of this family." }),
    guid: t.id({ required: true, description: "The UAA guid of the user to create." }),
    defaultSpace: t.id({ description: "A space: global id, or its guid." }),
    admin: t.boolean({ description: "Stored and echoed only: rights come from the token's scope." }),
  }),
});

const CreateUserInput = builder.inputType("CreateUserInput", {
  description: "Exactly one of the dialects.",
  isOneOf: true,
  fields: (t) => ({
    econtext: t.field({ type: EcontextCreateUserInput, description: "In an eContext service." }),
    cloudFoundry: t.field({ type: CloudFoundryCreateUserInput, description: "In a Cloud Foundry service." }),
  }),
});

type CreateUserShape = typeof CreateUserInput.$inferInput;

const CreateUserPayload = payloadType<{ user: LazyUser | null }>(
  "CreateUserPayload",
  "The user as the upstream holds it now, or what to mend: then no user was created.",
  (t) => ({
    user: t.field({
      type: UserType,
      description: "Null where `errors` is not empty.",
      resolve: readWritten,
    }),
  }),
);

builder.mutationFields((t) => ({
  createUser: t.field({
    type: CreateUserPayload,
    nullable: false,
    description:
      "Creates one user in one service. Sent upstream once and never repeated: where the answer is lost, the error's `extensions.outcome` is UNKNOWN.",
    args: { input: t.arg({ type: CreateUserInput, required: true }) },
    resolve: (_root, { input }, context, info) =>
      payload<{ user: LazyUser | null }>(context, info, { user: null }, async () => {
        const { home, draft, family } = readDraft(context.services, input);
        const user = await write(home, ({ users }) => users.create(draft, [coordinateOf(info)]), family);
        return { user: lazyUser(home, user) };
      }),
  }),
}));

interface Draft {
  readonly home: OpenService;
  readonly family: Family;
  readonly draft: NewUser;
}

/** @throws Refusal with everything that can be told to be wrong without asking anyone */
function readDraft(services: Services, input: CreateUserShape): Draft {
  const { family, given } = readFamily(input as Partial<CreateUserShape>);
  if (family === "econtext") {
    return review(services, family, given.service, (read) => ({
      econtext: {
        email: given.email,
        password: given.password,
        name: given.name ?? null,
        customData: given.customData ?? null,
        applications: (given.applications ?? []).map((id, at) => read(id, ["applications", String(at)], "Application")),
        groups: (given.groups ?? []).map((id, at) => read(id, ["groups", String(at)], "Group", "GROUP")),
        organization: given.organization == null ? null : read(given.organization, ["organization"], "Group", "ORGANIZATION"),
      },
    }));
  }
  return review(services, family, given.service, (read) => ({
    cloudFoundry: {
      guid: given.guid,
      admin: given.admin ?? null,
      defaultSpace: given.defaultSpace == null ? null : read(given.defaultSpace, ["defaultSpace"], "Group", "SPACE"),
    },
  }));
}

/** @param toDraft makes the draft, its ids read as the upstream's own */
function review(
  services: Services,
  family: Family,
  service: string | null | undefined,
  toDraft: (read: ReadReference) => NewUser,
): Draft {
  const home = readService(services, family, service);
  const problems: Problem[] = [];
  const draft = toDraft(readReference(home, problems));
  if (draft.cloudFoundry !== undefined && parseGlobalId(draft.cloudFoundry.guid) !== undefined) {
    problems.push({ code: "INVALID", path: ["guid"], message: GUID_ALONE });
  }
  problems.push(...home.directory.users.review(draft));
  refuseAll(problems, "input", family);
  return { home, family, draft };
}

const GUID_ALONE = "`guid` must be the UAA guid of the user to create; found a global id. No user was created.";

function readService(services: Services, family: Family, name: string | null | undefined): OpenService {
  const path = ["input", family, "service"];
  const candidates = services.of(family);
  if (candidates.length === 0) {
    throw refuse("INVALID", ["input", family], "No service of this dialect is configured.");
  }
  const home = name == null ? candidates[0] : candidates.find((one) => one.service.name === name);
  if (home === undefined || (name == null && candidates.length > 1)) {
    const found = name == null ? "found none" : `found ${quote(name)}`;
    throw refuse("INVALID", path, `\`service\` must be one of ${services.names(candidates)}; ${found}.`);
  }
  return home;
}
