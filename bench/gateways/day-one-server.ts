/**
 * What one writes on the first day with good libraries, and nothing of them tuned. Its argument is the origin of the
 * services.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import SchemaBuilder from "@pothos/core";
import DataloaderPlugin from "@pothos/plugin-dataloader";
import { createYoga } from "graphql-yoga";
import { request } from "undici";
import { USERS_PER_PAGE } from "../upstream/cloud.ts";
import { CLOUD_AUTHORIZATION, ECONTEXT_AUTHORIZATION } from "../upstream/fixtures.ts";
import type { CloudPage, CloudUser, Draft, Envelope, Resource } from "../upstream/wire.ts";
import type { WholeUser, WireApplication, WireGroup, WireUser } from "../upstream/wire.ts";

const origin = process.argv[2] ?? "";

const builder = new SchemaBuilder<{
  Scalars: { ID: { Input: string; Output: string } };
  DefaultFieldNullability: false;
}>({ plugins: [DataloaderPlugin], defaultFieldNullability: false });

const Application = builder.loadableObject("Application", {
  load: (ids: string[]) => Promise.all(ids.map(readApplication)),
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    description: t.exposeString("description"),
    status: t.exposeString("status"),
  }),
});

const Group = builder.loadableObject("Group", {
  load: (ids: string[]) => Promise.all(ids.map(readGroup)),
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    description: t.exposeString("description"),
    status: t.exposeString("status"),
    application: t.field({ type: Application, resolve: (group) => group.application }),
  }),
});

const User = builder.objectRef<WireUser | WholeUser>("User").implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    email: t.exposeString("email"),
    username: t.exposeString("username"),
    status: t.exposeString("status"),
    href: t.exposeString("href"),
    created_at: t.exposeString("created_at"),
    modified_at: t.exposeString("modified_at"),
    // Ids or what they stand for: the loader takes either.
    applications: t.field({ type: [Application], resolve: (user) => [...user.applications] }),
    groups: t.field({ type: [Group], resolve: (user) => [...user.groups] }),
  }),
});

const CloudGroup = builder.objectRef<Resource>("CloudGroup").implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ metadata }) => metadata.guid }),
    name: t.string({ resolve: ({ entity }) => entity.name }),
  }),
});

const CloudUserType = builder.objectRef<Resource<CloudUser>>("CloudUser").implement({
  fields: (t) => ({
    id: t.id({ resolve: ({ metadata }) => metadata.guid }),
    username: t.string({ resolve: ({ entity }) => entity.username }),
    organizations: t.field({ type: [CloudGroup], resolve: ({ entity }) => readCloudGroups(entity.organizations_url) }),
    spaces: t.field({ type: [CloudGroup], resolve: ({ entity }) => readCloudGroups(entity.spaces_url) }),
  }),
});

const CreateUserInput = builder.inputType("CreateUserInput", {
  fields: (t) => ({
    name: t.string({ required: true }),
    email: t.string({ required: true }),
    password: t.string({ required: true }),
    applications: t.idList({ required: true }),
    groups: t.idList({ required: true }),
  }),
});

builder.queryType({
  fields: (t) => ({
    user: t.field({
      type: User,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, { id }) => (await econtext<{ user: WholeUser }>(`/api/users/user/${id}`)).user,
    }),
    applicationUsers: t.field({
      type: [User],
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_, { id }) =>
        (await econtext<{ users: WireUser[] }>(`/api/applications/application/${id}/users`)).users,
    }),
    cloudUsers: t.field({
      type: [CloudUserType],
      args: { page: t.arg.int({ required: true }) },
      resolve: async (_, { page }) => {
        const url = `/v2/users?page=${page}&results-per-page=${USERS_PER_PAGE}`;
        return [...(await cloud<CloudUser>(url)).resources];
      },
    }),
  }),
});
builder.mutationType({
  fields: (t) => ({
    createUser: t.field({
      type: User,
      args: { input: t.arg({ type: CreateUserInput, required: true }) },
      resolve: async (_, { input }) => (await econtext<{ user: WholeUser }>("/api/users/user", input)).user,
    }),
  }),
});

const server = createServer(createYoga({ schema: builder.toSchema() }));
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`),
);

async function readApplication(id: string): Promise<WireApplication> {
  const path = `/api/applications/application/${id}`;
  return (await econtext<{ application: WireApplication }>(path)).application;
}

async function readGroup(id: string): Promise<WireGroup> {
  return (await econtext<{ group: WireGroup }>(`/api/groups/group/${id}`)).group;
}

async function readCloudGroups(path: string): Promise<Resource[]> {
  return [...(await cloud(path)).resources];
}

async function econtext<Result>(path: string, draft?: Draft): Promise<Result> {
  const headers = { authorization: ECONTEXT_AUTHORIZATION, "content-type": "application/json" };
  const answered = await call(
    path,
    draft === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(draft) },
  );
  return (answered as Envelope<Result>).econtext.result;
}

async function cloud<Entity = Resource["entity"]>(path: string): Promise<CloudPage<Entity>> {
  return (await call(path, { headers: { authorization: CLOUD_AUTHORIZATION } })) as CloudPage<Entity>;
}

async function call(path: string, options: Parameters<typeof request>[1]): Promise<unknown> {
  const { statusCode, body } = await request(origin + path, options);
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`The service answered ${statusCode}.`);
  }
  return body.json();
}
