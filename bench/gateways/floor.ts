import { fileURLToPath } from "node:url";
import type { Gateway } from "./gateway.ts";
import { askPlainly, PLAIN_READERS } from "./plain.ts";

export const floor: Gateway = {
  name: "floor",
  title: "bare `node:http` and an undici `Pool`, each answer composed by hand, no GraphQL",
  command: (upstream) => Promise.resolve([fileURLToPath(new URL("./floor-server.ts", import.meta.url)), upstream]),
  ask: askPlainly,
  read: PLAIN_READERS,
};
