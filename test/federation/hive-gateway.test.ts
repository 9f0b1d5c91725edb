import { startHiveGateway } from "./routers.ts";
import { examine } from "./router-exam.ts";

examine({
  title: "Hive Gateway as the README configures it",
  start: startHiveGateway,
  knowsOneOf: true,
  joins: false,
  cancels: true,
  labelOfNobody: "somebody <unknown>",
});
