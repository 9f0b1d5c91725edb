/** The JSON of the two services, as far as the gateways of this benchmark read it. */

export interface WireApplication {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly href: string;
  readonly custom_data: object | null;
  /** `2017-04-20 10:11:12.131000+00:00` */
  readonly created_at: string;
  readonly modified_at: string;
}

export interface WireGroup extends WireApplication {
  /** The id of its application. */
  readonly application: string;
}

/** In lists the ids stand for applications and groups, in a single user all of them. */
export interface WireUser<Application = string, Group = string> {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly username: string;
  readonly status: string;
  readonly href: string;
  readonly custom_data: object | null;
  readonly created_at: string;
  readonly modified_at: string;
  readonly applications: readonly Application[];
  readonly groups: readonly Group[];
  readonly apikeys: readonly string[];
}

export type WholeUser = WireUser<WireApplication, WireGroup>;

export interface Envelope<Result> {
  readonly econtext: { readonly result: Result; readonly elapsed: number };
}

/** What a user is made of. */
export interface Draft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly applications: readonly string[];
  readonly groups: readonly string[];
}

export interface Resource<Entity = { readonly name: string }> {
  readonly metadata: {
    readonly guid: string;
    readonly url: string;
    /** `2016-06-08T16:41:37Z` */
    readonly created_at: string;
    readonly updated_at: string;
  };
  readonly entity: Entity;
}

export interface CloudUser {
  readonly username: string;
  readonly organizations_url: string;
  readonly spaces_url: string;
}

export interface CloudUserWithLists extends CloudUser {
  readonly organizations: readonly Resource[];
  readonly spaces: readonly Resource[];
}

export interface CloudPage<Entity = { readonly name: string }> {
  readonly total_results: number;
  readonly total_pages: number;
  readonly prev_url: string | null;
  readonly next_url: string | null;
  readonly resources: readonly Resource<Entity>[];
}
