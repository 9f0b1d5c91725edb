/** One configured upstream REST service, as clients may know it. */
export interface Service {
  /** The key under `services` in the configuration. */
  readonly name: string;
  /** The dialect's name as the configuration spells it, such as `cloud-foundry-v2`. */
  readonly dialect: string;
  /**
   * Where the API begins, absolute, without a trailing slash: eContext's base path included
   * (`https://auth.example.com/api`), Cloud Foundry's API root (`https://api.cf.example.com`).
   */
  readonly url: string;
}
