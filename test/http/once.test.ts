import { describe, expect, it } from "vitest";
import { principalOf } from "../../src/domain/principal.ts";
import { readOnce } from "../../src/http/once.ts";
import type { Send } from "../../src/http/send.ts";
import { GET, POST, response } from "./requests.ts";

function play() {
  const sent: string[] = [];
  let fails = false;
  const next: Send = async (request) => {
    sent.push(`${request.method} ${request.route} ${JSON.stringify(request.params ?? {})}`);
    await Promise.resolve();
    if (fails) throw new Error("lost");
    return response(200);
  };
  return { sent, send: readOnce(principalOf("directory", null))(next), fail: (value: boolean) => (fails = value) };
}

const ONE = { ...GET, route: "/users/user/{id}", params: { id: "1" } };

describe("Identical reads", () => {
  it("are sent once, while the answer is on its way and after it came", async () => {
    const { sent, send } = play();
    const [first, second] = await Promise.all([send(ONE), send({ ...ONE, for: ["User.groups"] })]);
    expect(second).toBe(first);
    expect(await send(ONE)).toBe(first);
    expect(sent).toHaveLength(1);
  });

  it("are those of the same path and query", async () => {
    const { sent, send } = play();
    await send(ONE);
    await send({ ...ONE, params: { id: "2" } });
    await send({ ...ONE, query: [["page", "1"]] });
    await send({ ...ONE, query: [["page", "2"]] });
    expect(sent).toHaveLength(4);
  });

  it("are sent again after a failure", async () => {
    const { sent, send, fail } = play();
    fail(true);
    await expect(send(ONE)).rejects.toThrow("lost");
    fail(false);
    await expect(send(ONE)).resolves.toMatchObject({ status: 200 });
    expect(sent).toHaveLength(2);
  });

  it("are sent again after a write, and so are those that began before it ended", async () => {
    const { sent, send } = play();
    await send(ONE);
    const write = send(POST);
    const during = send(ONE);
    await Promise.all([write, during]);
    await send(ONE);
    expect(sent.filter((line) => line.startsWith("GET"))).toHaveLength(3);
  });
});

describe("Identical writes", () => {
  it("are each sent", async () => {
    const { sent, send } = play();
    await Promise.all([send(POST), send(POST)]);
    expect(sent).toHaveLength(2);
  });
});
