import { hash, randomBytes } from "node:crypto";

declare const brand: unique symbol;

/**
 * Who asks a service: callers with the same credential are one there, and so are all callers of a service whose
 * credential the configuration holds. It tells nothing of the credential, and nothing outside this process.
 */
export type Principal = string & { readonly [brand]: "Principal" };

/**
 * Under which something is shared or remembered. It is made of a principal, and of nothing else can it be: what may be
 * shown to one caller cannot be kept under a key that another one has, or the program does not compile.
 */
export type CallerKey = string & { readonly [brand]: "CallerKey" };

const SALT = randomBytes(32).toString("base64url");

/** @param credential as the service gets it; null where the caller brought none, to whom nothing is shown */
export function principalOf(service: string, credential: string | null): Principal {
  return hash("sha256", JSON.stringify([SALT, service, credential]), "base64url") as Principal;
}

/** @param what is asked for, such as the path of a request */
export function callerKey(principal: Principal, what: string): CallerKey {
  // All principals are of one length: no two pairs make the same key.
  return `${principal}${what}` as CallerKey;
}

/** Somebody who asks a service, and with what. */
export class Caller {
  /** As the service gets it; null where there is none, and then nothing is asked. */
  readonly credential: string | null;
  readonly #service: string;
  #principal: Principal | undefined;

  constructor(service: string, credential: string | null) {
    this.#service = service;
    this.credential = credential;
  }

  /** Reckoned when somebody asks: an operation asks few of its services. */
  get principal(): Principal {
    return (this.#principal ??= principalOf(this.#service, this.credential));
  }
}
