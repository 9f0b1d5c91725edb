import { fileURLToPath } from "node:url";
import type { Gateway } from "./gateway.ts";
import { askPlainly, PLAIN_READERS } from "./plain.ts";

export const dayOne: Gateway = {
  name: "day-one",
  title: "GraphQL Yoga, Pothos with its dataloader plugin and undici's `request()`, as they are by default",
  command: (upstream) => Promise.resolve([fileURLToPath(new URL("./day-one-server.ts", import.meta.url)), upstream]),
  ask: askPlainly,
  read: PLAIN_READERS,
};
