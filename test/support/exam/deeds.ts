import type { Directory } from "../../../src/domain/directory.ts";
import type { Family } from "../../../src/domain/facets/family.ts";
import { ANY, ASK, ASK_USER, BY, WHOLE } from "./asking.ts";
import { SAMPLES } from "./samples.ts";

/** Whom and what the deeds are done to. */
export interface Objects {
  readonly user: string;
  readonly application: string;
  readonly groups: Readonly<Record<string, string>>;
  readonly apiKey: string;
}

export interface Deed {
  readonly what: string;
  readonly run: (directory: Directory) => Promise<unknown>;
}

/** Everything that can be read, a call each. */
export function everyRead(flags: Directory, { user, application, groups, apiKey }: Objects): readonly Deed[] {
  const refs = flags.groups.kinds.map((kind) => ({ kind, id: groups[kind] ?? "some" }));
  return [
    { what: "users.byIds", run: ({ users }) => users.byIds([user], ASK_USER) },
    { what: "users.list", run: ({ users }) => users.list(WHOLE, null, ASK_USER) },
    ...(flags.users.searches
      ? [{ what: "users.list, searched", run: ({ users }: Directory) => users.list(WHOLE, "ada", ASK_USER) }]
      : []),
    { what: "users.ofApplications", run: ({ users }) => users.ofApplications([application], WHOLE, ASK_USER) },
    { what: "applications.byIds", run: ({ applications }) => applications.byIds([application], ASK) },
    { what: "applications.list", run: ({ applications }) => applications.list(WHOLE, ASK) },
    { what: "applications.ofUsers", run: ({ applications }) => applications.ofUsers([user], WHOLE, ASK) },
    { what: "groups.list", run: (directory) => directory.groups.list(WHOLE, null, ASK) },
    { what: "groups.ofUsers", run: (directory) => directory.groups.ofUsers([user], WHOLE, ANY, ASK) },
    { what: "groups.ofApplications", run: (directory) => directory.groups.ofApplications([application], WHOLE, ASK) },
    ...refs.flatMap((ref): readonly Deed[] => [
      { what: `groups.byRefs ${ref.kind}`, run: (directory) => directory.groups.byRefs([ref], ASK) },
      { what: `groups.byId of a ${ref.kind}`, run: (directory) => directory.groups.byId(ref.id, ASK) },
      { what: `groups.list ${ref.kind}`, run: (directory) => directory.groups.list(WHOLE, ref.kind, ASK) },
      { what: `groups.childrenOf ${ref.kind}`, run: (directory) => directory.groups.childrenOf([ref], WHOLE, ASK) },
      { what: `users.ofGroups ${ref.kind}`, run: ({ users }) => users.ofGroups([ref], WHOLE, null, ASK_USER) },
      {
        what: `applications.ofGroups ${ref.kind}`,
        run: ({ applications }) => applications.ofGroups([ref], WHOLE, ASK),
      },
    ]),
    { what: "apiKeys.ofUsers", run: ({ apiKeys }) => apiKeys.ofUsers([user], ASK) },
    { what: "apiKeys.byRefs", run: ({ apiKeys }) => apiKeys.byRefs([{ user, id: apiKey }], ASK) },
  ];
}

/** Everything that can be written, in an order in which nothing stands against it but at the end. */
export function everyWrite(
  family: Family,
  flags: Directory,
  { user, application, groups, apiKey }: Objects,
): readonly Deed[] {
  const { plain, changes, retirement, strangerChange } = SAMPLES[family];
  const [first] = changes({ users: [], applications: [], groups: [] });
  const change = first?.change ?? strangerChange;
  const { members } = flags.applications;
  const { writer } = flags.apiKeys;
  const ref = { user, id: apiKey };
  const inApplication = { user, application };
  return [
    { what: "users.create", run: ({ users }) => users.create(plain("deeds"), ASK_USER.for) },
    { what: "users.update", run: ({ users }) => users.update(user, change, BY) },
    ...(members === null
      ? []
      : [{ what: "members.add", run: (it: Directory) => it.applications.members?.add(inApplication, BY) ?? absent() }]),
    ...flags.groups.kinds.flatMap((kind) =>
      (flags.groups.roles[kind] ?? []).flatMap((role): readonly Deed[] => {
        const id = groups[kind];
        if (id === undefined) return [];
        const membership = { user, group: { kind, id }, role };
        return [
          { what: `addMember ${role} ${kind}`, run: (it) => it.groups.addMember(membership, BY) },
          { what: `removeMember ${role} ${kind}`, run: (it) => it.groups.removeMember(membership, BY) },
        ];
      }),
    ),
    ...(members === null
      ? []
      : [
          {
            what: "members.remove",
            run: (it: Directory) => it.applications.members?.remove(inApplication, BY) ?? absent(),
          },
        ]),
    ...(writer === null
      ? []
      : [
          {
            what: "apiKeys.create",
            run: (it: Directory) =>
              it.apiKeys.writer?.create(user, { name: "a key", description: null }, BY) ?? absent(),
          },
          {
            what: "apiKeys.update",
            run: (it: Directory) => it.apiKeys.writer?.update(ref, { status: "DISABLED" }, BY) ?? absent(),
          },
          { what: "apiKeys.remove", run: (it: Directory) => it.apiKeys.writer?.remove(ref, BY) ?? absent() },
        ]),
    ...(retirement === null
      ? []
      : [
          {
            what: "users.update, to be removed",
            run: ({ users }: Directory) => users.update(user, retirement, BY),
          },
        ]),
    { what: "users.remove", run: ({ users }) => users.remove(user, BY) },
  ];
}

function absent(): Promise<never> {
  return Promise.reject(new Error("The service has no such thing."));
}
