import { builder } from "./builder.ts";

const UNKNOWN = { description: "The upstream holds a value that we do not know." };

export const UserStatusType = builder.enumType("UserStatus", {
  description: "Whether a user may log in.",
  values: { ENABLED: {}, UNVERIFIED: {}, DISABLED: {}, UNKNOWN } as const,
});

export const ApplicationStatusType = builder.enumType("ApplicationStatus", {
  description: "eContext: whether users may log in to it. Cloud Foundry: whether it is meant to run.",
  values: { ENABLED: {}, DISABLED: {}, STARTED: {}, STOPPED: {}, UNKNOWN } as const,
});

export const GroupStatusType = builder.enumType("GroupStatus", {
  description: "eContext: ENABLED or DISABLED. Cloud Foundry organizations: ACTIVE or SUSPENDED.",
  values: { ENABLED: {}, DISABLED: {}, ACTIVE: {}, SUSPENDED: {}, UNKNOWN } as const,
});

export const GroupKindType = builder.enumType("GroupKind", {
  description: "What a group is in its service.",
  values: {
    GROUP: { description: "A group of an eContext application." },
    ORGANIZATION: { description: "An organization: eContext's, or Cloud Foundry's." },
    SPACE: { description: "A Cloud Foundry space; `Group.parent` is its organization." },
  } as const,
});

export const GroupRoleType = builder.enumType("GroupRole", {
  description: "What a user is in a group. eContext knows members; Cloud Foundry has all five.",
  values: ["MEMBER", "MANAGER", "BILLING_MANAGER", "AUDITOR", "DEVELOPER"] as const,
});

export const ApiKeyStatusType = builder.enumType("ApiKeyStatus", {
  description: "Whether an API key may be used.",
  values: ["ENABLED", "DISABLED"] as const,
});
