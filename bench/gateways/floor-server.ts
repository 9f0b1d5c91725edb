/**
 * About as fast as a gateway on Node can be: no query is read, the name of the operation chooses a function that knows
 * the fewest calls and writes the answer as text. Its argument is the origin of the services.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { USERS_PER_PAGE } from "../upstream/cloud.ts";
import { CLOUD_AUTHORIZATION, ECONTEXT_AUTHORIZATION } from "../upstream/fixtures.ts";
import type { CloudPage, CloudUserWithLists, Envelope, Resource, WholeUser } from "../upstream/wire.ts";
import type { WireApplication, WireGroup, WireUser } from "../upstream/wire.ts";
import type { WorkloadName } from "../workloads.ts";
import type { Variables } from "./plain.ts";

const INLINED = "inline-relations-depth=1&include-relations=organizations,spaces";
const ECONTEXT = { authorization: ECONTEXT_AUTHORIZATION };
const ECONTEXT_POST = { ...ECONTEXT, "content-type": "application/json" };
const CLOUD = { authorization: CLOUD_AUTHORIZATION };

const pool = new Pool(process.argv[2] ?? "", { connections: 64 });

const OPERATIONS: { readonly [Name in WorkloadName]: (variables: Variables[Name]) => Promise<string> } = {
  user: async ({ id }) => {
    const { user } = await econtext<{ user: WholeUser }>(`/api/users/user/${id}`);
    return JSON.stringify({ user: writeUser(user) });
  },
  page: async ({ id }) => {
    const [{ users }, { applications }, { groups }] = await Promise.all([
      econtext<{ users: readonly WireUser[] }>(`/api/applications/application/${id}/users`),
      econtext<{ applications: readonly WireApplication[] }>("/api/applications"),
      econtext<{ groups: readonly WireGroup[] }>("/api/groups"),
    ]);
    return join(users, applications, groups);
  },
  cloud: async ({ page }) => {
    const url = `/v2/users?page=${page}&results-per-page=${USERS_PER_PAGE}&${INLINED}`;
    const { resources } = (await call(url, CLOUD)) as CloudPage<CloudUserWithLists>;
    return JSON.stringify({
      cloudUsers: resources.map(({ metadata, entity }) => ({
        id: metadata.guid,
        username: entity.username,
        organizations: entity.organizations.map(nameResource),
        spaces: entity.spaces.map(nameResource),
      })),
    });
  },
  create: async ({ input }) => {
    const { user } = await econtext<{ user: WholeUser }>("/api/users/user", JSON.stringify(input));
    return JSON.stringify({ createUser: writeUser(user) });
  },
};

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (text += chunk));
  request.on("end", () => {
    const { operationName, variables } = JSON.parse(text) as { operationName: WorkloadName; variables: never };
    OPERATIONS[operationName](variables).then(
      (data) => answer(response, `{"data":${data}}`),
      (error: unknown) => answer(response, JSON.stringify({ errors: [{ message: String(error) }] })),
    );
  });
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql\n`),
);

function answer(response: ServerResponse, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

async function econtext<Result>(path: string, body: string | null = null): Promise<Result> {
  const answered = await call(path, body === null ? ECONTEXT : ECONTEXT_POST, body);
  return (answered as Envelope<Result>).econtext.result;
}

/** By what lies below `request()`: no stream is made for an answer that is read whole. */
function call(path: string, headers: Record<string, string>, body: string | null = null): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    pool.dispatch(
      { path, method: body === null ? "GET" : "POST", headers, body },
      {
        // It refuses a handler without.
        onRequestStart: () => undefined,
        onResponseStart: (_, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => {
          if (status === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()));
          else reject(new Error(`The service answered ${status}.`));
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

function writeUser(user: WholeUser): object {
  const { id, name, email, username, status, href, created_at, modified_at, applications, groups } = user;
  return {
    ...{ id, name, email, username, status, href, created_at, modified_at },
    applications: applications.map(nameOne),
    groups: groups.map(nameOne),
  };
}

/** One text for each application and each group, however many users have it. */
function join(
  users: readonly WireUser[],
  applications: readonly WireApplication[],
  groups: readonly WireGroup[],
): string {
  const byId = new Map(applications.map((one) => [one.id, one]));
  const applicationTexts = new Map(
    applications.map(({ id, name, status }) => [id, JSON.stringify({ id, name, status })]),
  );
  const groupTexts = new Map(
    groups.map(({ id, name, application }) => {
      const its = byId.get(application);
      return [id, JSON.stringify({ id, name, application: its && nameOne(its) })];
    }),
  );
  const texts = users.map((user) => {
    const own = user.applications.map((id) => applicationTexts.get(id)).join(",");
    const shared = user.groups.map((id) => groupTexts.get(id)).join(",");
    const { id, name, email } = user;
    return `${JSON.stringify({ id, name, email }).slice(0, -1)},"applications":[${own}],"groups":[${shared}]}`;
  });
  return `{"applicationUsers":[${texts.join(",")}]}`;
}

function nameOne({ id, name }: { readonly id: string; readonly name: string }): object {
  return { id, name };
}

function nameResource({ metadata, entity }: Resource): object {
  return { id: metadata.guid, name: entity.name };
}
