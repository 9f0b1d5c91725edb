import { ServiceFailure } from "../domain/errors.ts";
import { principalOf } from "../domain/principal.ts";
import type { Service } from "../domain/service.ts";
import type { Step } from "./send.ts";

/**
 * Signs each call with one caller's credential.
 * @param credential the value of `Authorization`; null where the caller brought none
 * @param hint how to bring one: `send the header `authorization``
 * @throws ServiceFailure `UNAUTHENTICATED` without asking the service, where there is no credential
 */
export function authorize(credential: string | null, service: Service, hint: string): Step {
  if (credential === null) {
    return () => () => {
      const message = `The service \`${service.name}\` got no credentials: ${hint}.`;
      return Promise.reject(new ServiceFailure("UNAUTHENTICATED", message, { service: service.name }));
    };
  }
  const signed = { authorization: credential };
  const principal = principalOf(service.name, credential);
  return (next) => (request) => next({ ...request, principal, headers: { ...request.headers, ...signed } });
}
