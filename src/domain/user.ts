import type { ApiKey } from "./api-key.ts";
import type { Application } from "./application.ts";
import type { Ask, Coordinates, MembershipFilter, UserNeeds } from "./ask.ts";
import type { Answer, Problem } from "./errors.ts";
import type { CloudFoundryNewUser, CloudFoundryUser, CloudFoundryUserChange } from "./facets/cloud-foundry.ts";
import type { EcontextNewUser, EcontextUser, EcontextUserChange } from "./facets/econtext.ts";
import type { GroupRef, GroupRole, Membership } from "./group.ts";
import type { Page, PageRequest } from "./page.ts";
import type { Reference } from "./reference.ts";

export type UserStatus = "ENABLED" | "UNVERIFIED" | "DISABLED" | "UNKNOWN";

/** One user of one service. Everything but the id may be missing upstream, in some edition or another. */
export interface User {
  /** The upstream's own id. */
  readonly id: string;
  /**
   * It is known that there is such a user, and what was forecast of its relations; its own fields did not come along, and
   * read as null until they are asked for. Only where `UserNeeds.record` was false.
   */
  readonly isSkeleton?: true;
  /** Absolute: where the service has this very record. A dialect makes it itself where the service does not tell it. */
  readonly href: string | null;
  readonly username: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly status: UserStatus | null;
  readonly customData: Record<string, unknown> | null;
  /** ISO 8601 in UTC with milliseconds. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly econtext: EcontextUser | null;
  readonly cloudFoundry: CloudFoundryUser | null;
  /**
   * One page of what came along with the record; undefined where it did not come, or cannot be trusted (an empty list
   * that was not loaded): then the store has to be asked.
   */
  groups(page: PageRequest, filter: MembershipFilter): Page<Membership> | undefined;
  applications(page: PageRequest): Page<Reference<Application>> | undefined;
  apiKeys(): readonly Reference<ApiKey>[] | undefined;
  /** Whether all of this came along, so that nothing has to be asked for. */
  tells(needs: UserNeeds): boolean;
}

/** A user in a group. */
export interface Member {
  readonly role: GroupRole;
  readonly user: User;
}

/** A user to create: what one family of services takes. */
export type NewUser =
  | { readonly econtext: EcontextNewUser; readonly cloudFoundry?: never }
  | { readonly cloudFoundry: CloudFoundryNewUser; readonly econtext?: never };

/** What to change of a user: what is left out stays, null clears. What one family of services takes. */
export type UserChange =
  | { readonly econtext: EcontextUserChange; readonly cloudFoundry?: never }
  | { readonly cloudFoundry: CloudFoundryUserChange; readonly econtext?: never };

/** The users of one service, asked for one caller. */
export interface UserStore {
  /** Whether the service says how many users there are. */
  readonly counts: boolean;
  /** Whether the service can search its users by a text. */
  readonly searches: boolean;
  /**
   * In the order asked, null for a user that does not exist, an error for that key alone (`answerEach`). An id that
   * cannot stand in an address (empty, `.`, `..`, with control characters or half a surrogate pair, longer than any URL)
   * names nothing: nobody is asked for it, here and in all of the port. A read of it finds nothing, a write is `NOT_FOUND`.
   */
  byIds(ids: readonly string[], ask: Ask<UserNeeds>): Promise<readonly Answer<User | null>[]>;
  /**
   * Users in the service's own order, or in ours where it keeps none (`pageByKey`). `search` is meant literally.
   * @throws Refusal before anything is asked, of the path `["search"]`: `INVALID` for a blank one, `UNSUPPORTED` for any
   * where `searches` is false
   */
  list(page: PageRequest, search: string | null, ask: Ask<UserNeeds>): Promise<Page<User>>;
  /**
   * eContext: the application's users. Cloud Foundry: the developers of its space. Null where there is no such
   * application; `EMPTY_PAGE` itself where nobody was asked, which tells nothing of the application.
   */
  ofApplications(
    applicationIds: readonly string[],
    page: PageRequest,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<User> | null>[]>;
  /** One page of the memberships of each group, in the order of the refs. Null and `EMPTY_PAGE` as above. */
  ofGroups(
    refs: readonly GroupRef[],
    page: PageRequest,
    role: GroupRole | null,
    ask: Ask<UserNeeds>,
  ): Promise<readonly Answer<Page<Member> | null>[]>;
  /**
   * All that can be told to be wrong with a draft without asking anyone; paths are relative to the facet's object inside
   * it: `["email"]`. A draft of another family is `UNSUPPORTED`.
   */
  review(draft: NewUser): readonly Problem[];
  /**
   * Reviews the draft, then sends one creation, once. Paths are as those of `review`.
   * @throws Refusal when nobody was created and the caller can mend it, with all that we found wrong before sending
   * @throws ServiceFailure with `outcomeUnknown` when nobody can tell whether the user exists
   */
  create(draft: NewUser, asks: Coordinates): Promise<User>;
  /** As `review`, of a change; but paths are relative to the change itself: `["econtext", "email"]`. */
  reviewChange(change: UserChange): readonly Problem[];
  /**
   * Reviews the change, then makes it. One that changes nothing sends no write. Paths are as those of `reviewChange`.
   * @returns the user as the service holds it afterwards; without its record where the answer cannot be trusted
   * @throws Refusal when nothing was changed and the caller can mend it; the path is `["id"]` for a user that is not there
   * @throws ServiceFailure with `outcomeUnknown` when nobody can tell what was changed
   */
  update(id: string, change: UserChange, asks: Coordinates): Promise<Reference<User>>;
  /**
   * @throws Refusal `NOT_FOUND`, or `CONFLICT` where the user's present state forbids it; the path is `["id"]`
   * @throws ServiceFailure with `outcomeUnknown` when nobody can tell whether the user is gone
   */
  remove(id: string, asks: Coordinates): Promise<void>;
}
