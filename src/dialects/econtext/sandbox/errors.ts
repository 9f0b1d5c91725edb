const TITLES = { 400: "Bad Request", 409: "Conflict", 500: "Internal Server Error" } as const;

/** What the server answers instead of a result. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly status: keyof typeof TITLES;
  /** `error` of the envelope. */
  readonly title: string;
  /** `traceback` of the envelope: the sentence for people or, with a 500, a Python stack. */
  readonly traceback: string;

  constructor(status: keyof typeof TITLES, title: string, traceback: string) {
    super(title);
    this.status = status;
    this.title = title;
    this.traceback = traceback;
  }

  /** The envelope's content, without `elapsed`. */
  toJSON() {
    return {
      result: {},
      status: `${this.status} ${TITLES[this.status]}`,
      error: this.title,
      errorcode: String(this.status),
      traceback: this.traceback,
    };
  }
}

/** @param parameter E2 often says the id itself where the parameter's name belongs */
export function invalid(parameter: string, text: string): Fault {
  return new Fault(400, "Invalid parameter", `The "${parameter}" parameter is invalid. ${text}`);
}

export function missing(parameter: string): Fault {
  return new Fault(400, "Missing parameter", `The "${parameter}" parameter is required.`);
}

export function conflict(text: string): Fault {
  return new Fault(409, "409 Conflict", text);
}

/**
 * An exception that nobody caught.
 * @param source the line of Python that raised it; clients meet such lines in `traceback`
 */
export function crash(text: string, source = "responder(req, resp, **params)"): Fault {
  const stack = `File "/srv/econtextauth/engine/routes/route.py", line 58, in process`;
  return new Fault(500, text, `Traceback (most recent call last):\n  ${stack}\n    ${source}\nException: ${text}`);
}

/** E1 forgets the parameter's name where it builds some of its client errors, and fails over that. */
export function crashInvalid(text: string): Fault {
  return crash(
    "__init__() missing 1 required positional argument: 'param_name'",
    `raise falcon.HTTPInvalidParam(${JSON.stringify(text)})`,
  );
}

/** How E2's database refuses a second node with the same value. */
export function taken(label: string, property: string, value: string): Fault {
  return crash(`Node(46) already exists with label \`${label}\` and property \`${property}\` = '${value}'`);
}

/** How E2's object mapper refuses a value. @param node what is being stored, as Python prints it */
export function undeflatable(label: string, property: string, reason: string, node = "(unsaved node)"): Fault {
  return crash(`Attempting to deflate property '${property}' on ${node} of class '${label}': ${reason}`);
}

/** How E2's object mapper refuses a node without a property that it requires. */
export function lacking(label: string, property: string): Fault {
  return crash(`property '${property}' on objects of class ${label}`);
}
