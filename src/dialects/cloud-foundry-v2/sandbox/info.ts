/** The version of the API that the sandbox plays. */
export const VERSION = "2.293.0";

const LOGIN = "https://login.sandbox.example";
const UAA = "https://uaa.sandbox.example";

/** `GET /`. That v2 is listed is how one learns that it is on. */
export function describeRoot(origin: string, isOn: boolean): object {
  return {
    links: {
      self: { href: origin },
      ...(isOn && { cloud_controller_v2: { href: `${origin}/v2`, meta: { version: VERSION } } }),
      login: { href: LOGIN },
      uaa: { href: UAA },
    },
  };
}

/** `GET /v2/info`, which stays up where v2 is off. */
export function describeApi(isOn: boolean): object {
  return {
    name: "sandbox",
    build: "",
    support: isOn ? "" : "CF API v2 is disabled",
    version: 0,
    description: "A Cloud Controller in memory",
    authorization_endpoint: LOGIN,
    token_endpoint: UAA,
    min_cli_version: null,
    min_recommended_cli_version: null,
    api_version: isOn ? VERSION : "",
    app_ssh_endpoint: null,
    app_ssh_host_key_fingerprint: null,
    app_ssh_oauth_client: null,
    routing_endpoint: null,
    logging_endpoint: null,
  };
}
