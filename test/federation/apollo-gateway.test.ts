import { startApolloGateway } from "./routers.ts";
import { examine } from "./router-exam.ts";

examine({
  title: "@apollo/gateway in Apollo Server",
  start: startApolloGateway,
  knowsOneOf: false,
  joins: false,
  cancels: false,
  labelOfNobody: null,
});
