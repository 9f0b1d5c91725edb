/** HTTP status, code and description of each error; `%s` stands for what the request said. */
const ERRORS = {
  InvalidAuthToken: [401, 1000, "Invalid Auth Token"],
  MessageParseError: [400, 1001, "Request invalid due to parse error: %s"],
  InvalidRelation: [400, 1002, "%s"],
  NotFound: [404, 10000, "Unknown request"],
  UnknownError: [500, 10001, "An unknown error occurred."],
  NotAuthenticated: [401, 10002, "Authentication error"],
  NotAuthorized: [403, 10003, "You are not authorized to perform the requested action"],
  BadQueryParameter: [400, 10005, "The query parameter is invalid: %s"],
  AssociationNotEmpty: [400, 10006, "Please delete the %s associations for your %s."],
  InsufficientScope: [403, 10007, "Your token lacks the necessary scopes to access this resource."],
  DatabaseError: [500, 10011, "Database error"],
  OrderByParameterInvalid: [500, 10012, "Cannot order by: %s"],
  UserInvalid: [400, 20001, "The user info is invalid: %s"],
  UaaIdTaken: [400, 20002, "The UAA ID is taken: %s"],
  UserNotFound: [404, 20003, "The user could not be found: %s"],
  UserWithOriginNotFound: [404, 20007, "The user could not be found, %s"],
  OrganizationNotFound: [404, 30003, "The organization could not be found: %s"],
  LastManagerInOrg: [403, 30004, "Cannot remove last Org Manager in org"],
  LastBillingManagerInOrg: [403, 30005, "Cannot remove last Billing Manager in org"],
  LastUserInOrg: [403, 30006, "Cannot remove last User in org"],
  SpaceNotFound: [404, 40004, "The app space could not be found: %s"],
  AppNotFound: [404, 100004, "The app could not be found: %s"],
} as const satisfies Readonly<Record<string, readonly [status: number, code: number, description: string]>>;

export type ErrorName = keyof typeof ERRORS;

/** A request that the Cloud Controller refuses, or fails at in a way that is known. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly body: { readonly description: string; readonly error_code: string; readonly code: number };

  constructor(error: ErrorName, ...details: readonly string[]) {
    const [status, code, template] = ERRORS[error];
    const rest = [...details];
    const description = template.replaceAll("%s", () => rest.shift() ?? "");
    super(description);
    this.status = status;
    // What the server did not expect itself has no `CF-` in its name.
    this.body = { description, error_code: error === "UnknownError" ? error : `CF-${error}`, code };
  }
}
