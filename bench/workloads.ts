import { PAGES, USERS_PER_PAGE, type CloudPerson } from "./upstream/cloud.ts";
import type { EcontextPeople } from "./upstream/econtext.ts";
import type { Fixtures } from "./upstream/fixtures.ts";
import type { Draft, WholeUser, WireApplication, WireUser } from "./upstream/wire.ts";

export const WORKLOADS = ["user", "page", "cloud", "create"] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** What is asked, in as many variants as can be told apart, and what is right to answer. */
export type Workload =
  | { readonly name: "user"; readonly title: string; readonly keys: readonly Key<string, UserAnswer>[] }
  | { readonly name: "page"; readonly title: string; readonly keys: readonly Key<string, readonly MemberAnswer[]>[] }
  /** By the number of the page, from 1. */
  | { readonly name: "cloud"; readonly title: string; readonly keys: readonly Key<number, readonly CloudAnswer[]>[] }
  | { readonly name: "create"; readonly title: string; readonly keys: readonly Key<Draft, UserAnswer>[] };

interface Key<Asked, Answer> {
  readonly asked: Asked;
  readonly answer: Answer;
}

/**
 * The form into which the answers of all gateways are brought. The services promise no order of what belongs to a user,
 * so it is that of ids; instants are ISO 8601 in UTC with milliseconds.
 */
export interface UserAnswer extends Named {
  readonly email: string;
  readonly username: string;
  readonly status: string;
  readonly href: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly applications: readonly Named[];
  readonly groups: readonly Named[];
}

/** A user of an application's list, which is in the order of ids too. */
export interface MemberAnswer extends Named {
  readonly email: string;
  readonly applications: readonly (Named & { readonly status: string })[];
  readonly groups: readonly (Named & { readonly application: Named })[];
}

/** The page is in the service's order. */
export interface CloudAnswer {
  readonly id: string;
  readonly username: string;
  readonly organizations: readonly Named[];
  readonly spaces: readonly Named[];
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Computed from the fixtures by plain loops: no gateway has a part in what is right. */
export function makeWorkloads({ econtext, cloud }: Fixtures): readonly Workload[] {
  return [
    {
      name: "user",
      title: "one user by id, with applications and groups",
      keys: econtext.users.map((user) => ({ asked: user.id, answer: answerUser(user) })),
    },
    {
      name: "page",
      title:
        "50 users of an application, each with 3 of 10 applications and 2 of 8 groups, these with their application",
      keys: econtext.lists.map(({ application, users }) => ({
        asked: application,
        answer: inOrder(users.map((user) => answerMember(user, econtext))),
      })),
    },
    {
      name: "cloud",
      title: "50 Cloud Foundry users with their organizations and spaces",
      keys: Array.from({ length: PAGES }, (_, page) => ({
        asked: page + 1,
        answer: cloud.slice(page * USERS_PER_PAGE, (page + 1) * USERS_PER_PAGE).map(answerCloudUser),
      })),
    },
    {
      name: "create",
      title: "createUser",
      keys: econtext.created.map(({ draft, user }) => ({ asked: draft, answer: answerUser(user) })),
    },
  ];
}

export function inOrder<T extends { readonly id: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function answerUser(user: WholeUser): UserAnswer {
  const { id, name, email, username, status, href } = user;
  return {
    ...{ id, name, email, username, status, href },
    createdAt: new Date(user.created_at).toISOString(),
    updatedAt: new Date(user.modified_at).toISOString(),
    applications: inOrder(user.applications.map(named)),
    groups: inOrder(user.groups.map(named)),
  };
}

function answerMember({ id, name, email, ...user }: WireUser, { applications, groups }: EcontextPeople): MemberAnswer {
  return {
    ...{ id, name, email },
    applications: inOrder(
      applications
        .filter((application) => user.applications.includes(application.id))
        .map((application) => ({ ...named(application), status: application.status })),
    ),
    groups: inOrder(
      groups
        .filter((group) => user.groups.includes(group.id))
        .map((group) => ({
          ...named(group),
          application: named(applications.find(({ id }) => id === group.application) as WireApplication),
        })),
    ),
  };
}

function answerCloudUser({ user, organizations, spaces }: CloudPerson): CloudAnswer {
  const read = (list: CloudPerson["spaces"]) =>
    inOrder(list.map(({ metadata, entity }) => ({ id: metadata.guid, name: entity.name })));
  return {
    id: user.metadata.guid,
    username: user.entity.username,
    organizations: read(organizations),
    spaces: read(spaces),
  };
}

function named({ id, name }: Named): Named {
  return { id, name };
}
