import type { GroupReference } from "../group.ts";

/** What only Cloud Foundry knows of a user. */
export interface CloudFoundryUser {
  readonly admin: boolean | null;
  readonly active: boolean | null;
  readonly defaultSpace: GroupReference | null;
}

/** What only Cloud Foundry knows of an app. */
export interface CloudFoundryApplication {
  readonly instances: number | null;
  /** MiB */
  readonly memory: number | null;
  /** MiB */
  readonly diskQuota: number | null;
  readonly buildpack: string | null;
  readonly space: GroupReference | null;
}

/** A Cloud Foundry user to create. Ids are the upstream's own. */
export interface CloudFoundryNewUser {
  /** The UAA guid. */
  readonly guid: string;
  readonly defaultSpace: string | null;
  readonly admin: boolean | null;
}

/** What to change of a Cloud Foundry user: what is left out stays, null clears where the service can. */
export interface CloudFoundryUserChange {
  readonly admin?: boolean | null | undefined;
  /** The upstream's own id of a space. */
  readonly defaultSpace?: string | null | undefined;
}
