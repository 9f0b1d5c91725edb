/**
 * The sandbox services as a process of their own, with enough people for long answers. Tells its parent where they are.
 * Each answer is made once: what comes after is to be no work, so that the gateway is what gets out of breath.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DEFAULT_SERVICE, type ServiceSettings } from "../../src/config/settings.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { dialects } from "../../src/dialects/registry.ts";
import { crowd } from "../support/crowd.ts";

const PEOPLE = crowd(1000);

process.send?.(await Promise.all(dialects.map(serve)));

async function serve({ name, sandbox }: Dialect): Promise<ServiceSettings> {
  const handle = sandbox.serve(PEOPLE, {});
  const answers = new Map<string, { readonly status: number; readonly body: Buffer }>();
  const server = createServer(async ({ url = "", headers: { authorization = "" } }, response) => {
    let answer = answers.get(url);
    if (answer === undefined) {
      const made = await handle(new Request(`http://sandbox${url}`, { headers: { authorization } }));
      answers.set(url, (answer = { status: made.status, body: Buffer.from(await made.arrayBuffer()) }));
    }
    response.writeHead(answer.status, { "content-type": "application/json", "content-length": answer.body.length });
    response.end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...DEFAULT_SERVICE,
    service: { name: sandbox.name, dialect: name, url: `http://127.0.0.1:${port}${sandbox.path}` },
    credentials: sandbox.credentials,
  };
}
