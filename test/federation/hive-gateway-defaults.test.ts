import { composeServices } from "@apollo/composition";
import { startHiveGateway } from "./routers.ts";
import { examine } from "./router-exam.ts";

examine({
  title: "Hive Gateway by its defaults, over what Apollo's composer made",
  start: (subgraphs) => startHiveGateway(subgraphs, "defaults.config.ts", composeServices),
  knowsOneOf: true,
  joins: true,
  cancels: false,
  labelOfNobody: "somebody <unknown>",
});
