import type { GroupKind, GroupRef } from "../../domain/group.ts";
import type { Fault } from "./errors.ts";
import type { CloudGroupKind } from "./relations.ts";

/** Where the groups of one kind are, and what the service says of one that is not there. */
export interface Collection {
  readonly path: string;
  readonly missing: Fault;
}

export const COLLECTIONS: Readonly<Record<CloudGroupKind, Collection>> = {
  ORGANIZATION: { path: "/v2/organizations", missing: "OrganizationNotFound" },
  SPACE: { path: "/v2/spaces", missing: "SpaceNotFound" },
};

export function isCloudKind(kind: GroupKind): kind is CloudGroupKind {
  return kind !== "GROUP";
}

/** One text for one group: ids of different kinds may be equal. */
export function nameGroup({ kind, id }: GroupRef): string {
  return `${kind} ${id}`;
}
