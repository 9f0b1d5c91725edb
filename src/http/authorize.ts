import { ServiceFailure } from "../domain/errors.ts";
import type { Caller } from "../domain/principal.ts";
import type { Service } from "../domain/service.ts";
import type { Step } from "./send.ts";

/**
 * Signs each call with one caller's credential, and says whose it is.
 * @param hint how to bring one: `send the header `authorization``
 * @throws ServiceFailure `UNAUTHENTICATED` without asking the service, where there is no credential
 */
export function authorize(caller: Caller, service: Service, hint: string): Step {
  const { credential } = caller;
  if (credential === null) {
    return () => () => {
      const message = `The service \`${service.name}\` got no credentials: ${hint}.`;
      return Promise.reject(new ServiceFailure("UNAUTHENTICATED", message, { service: service.name }));
    };
  }
  return (next) => (request) =>
    next({
      ...request,
      principal: caller.principal,
      headers: { ...request.headers, authorization: credential },
    });
}
