import { isDeepStrictEqual } from "node:util";
import { PAGES, USERS_PER_PAGE, type CloudPerson } from "./cloud.ts";
import type { EcontextPeople } from "./econtext.ts";
import type { Fixtures } from "./fixtures.ts";
import type { CloudPage, Envelope, Resource } from "./wire.ts";

/** What the services answer, each answer made once. */
export interface Answers {
  /** @returns undefined where there is nothing at this address, or a list is asked for by pages of another size. */
  read(url: string): Buffer | undefined;
  /** @returns undefined for anything but one of the fixtures' drafts, complete and unchanged. */
  create(body: string): Buffer | undefined;
}

export function makeAnswers({ econtext, cloud }: Fixtures): Answers {
  const byPath = new Map([...answersOfEcontext(econtext), ...answersOfCloud(cloud)]);
  const created = new Map(
    econtext.created.map(({ draft, user }) => [draft.email, { draft, answer: Buffer.from(wrap({ user })) }]),
  );
  return {
    read: (url) => byPath.get(url.startsWith("/v2/users?") ? nameOfPage(url) : url),
    create: (body) => {
      const draft = JSON.parse(body) as { readonly email: string };
      const known = created.get(draft.email);
      return isDeepStrictEqual(draft, known?.draft) ? known?.answer : undefined;
    },
  };
}

function* answersOfEcontext(people: EcontextPeople): Generator<[string, Buffer]> {
  const { applications, groups, lists, users } = people;
  yield ["/api/applications", Buffer.from(wrap({ applications }))];
  yield ["/api/groups", Buffer.from(wrap({ groups }))];
  for (const application of applications)
    yield [`/api/applications/application/${application.id}`, Buffer.from(wrap({ application }))];
  for (const group of groups) yield [`/api/groups/group/${group.id}`, Buffer.from(wrap({ group }))];
  for (const list of lists)
    yield [`/api/applications/application/${list.application}/users`, Buffer.from(wrap({ users: list.users }))];
  for (const user of users) yield [`/api/users/user/${user.id}`, Buffer.from(wrap({ user }))];
}

function* answersOfCloud(people: readonly CloudPerson[]): Generator<[string, Buffer]> {
  for (let page = 1; page <= PAGES; page++) {
    const here = people.slice((page - 1) * USERS_PER_PAGE, page * USERS_PER_PAGE);
    const inlined = here.map(({ user: { metadata, entity }, organizations, spaces }) => ({
      metadata,
      entity: { ...entity, organizations, spaces },
    }));
    yield [
      `page ${page}`,
      paged(
        here.map(({ user }) => user),
        page,
      ),
    ];
    yield [`page ${page}, inlined`, paged(inlined, page)];
  }
  for (const { user, organizations, spaces } of people) {
    yield [`${user.metadata.url}/organizations`, whole(organizations)];
    yield [`${user.metadata.url}/spaces`, whole(spaces)];
  }
}

/** The same for every spelling of a question: services do not mind the order of its parameters. */
function nameOfPage(url: string): string {
  const { searchParams } = new URL(url, "http://upstream");
  if (searchParams.get("results-per-page") !== String(USERS_PER_PAGE)) return "";
  const page = `page ${searchParams.get("page") ?? 1}`;
  return searchParams.get("inline-relations-depth") === "1" ? `${page}, inlined` : page;
}

function wrap(result: object): string {
  return JSON.stringify({ econtext: { result, elapsed: 0.0005970001220703125 } } satisfies Envelope<object>);
}

function paged(resources: readonly Resource<object>[], page: number): Buffer {
  const url = (n: number) =>
    n < 1 || n > PAGES ? null : `/v2/users?order-direction=asc&page=${n}&results-per-page=${USERS_PER_PAGE}`;
  return write({
    total_results: PAGES * USERS_PER_PAGE,
    total_pages: PAGES,
    prev_url: url(page - 1),
    next_url: url(page + 1),
    resources,
  });
}

function whole(resources: readonly Resource[]): Buffer {
  return write({ total_results: resources.length, total_pages: 1, prev_url: null, next_url: null, resources });
}

function write(page: CloudPage<object>): Buffer {
  return Buffer.from(JSON.stringify(page));
}
