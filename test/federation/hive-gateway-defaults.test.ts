import { startHiveGateway } from "./routers.ts";
import { examine } from "./router-exam.ts";

examine({
  title: "Hive Gateway by its defaults",
  start: (subgraphs) => startHiveGateway(subgraphs, "defaults.config.ts"),
  knowsOneOf: true,
  joins: true,
  cancels: false,
  labelOfNobody: "somebody <unknown>",
});
