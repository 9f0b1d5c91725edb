/** What no service of ours would say, and no message of ours may repeat. */
export const MARK = "x-said-by-somebody-else";

/** An answer that does not come from the service, or not from one that is well. */
export interface Strange {
  readonly what: string;
  readonly status: number;
  readonly answer: () => Response;
}

/** The page of a proxy, or of another server at the same address. */
function page(status: number): Strange {
  const body = `<!DOCTYPE html><html><head><title>${MARK}</title></head><body>${MARK}: not found</body></html>`;
  const headers = { "content-type": "text/html" };
  return { what: `a page with the status ${status}`, status, answer: () => new Response(body, { status, headers }) };
}

/** A gateway that speaks JSON, in words that services use, too. */
function foreign(status: number): Strange {
  const fields = ["code", "description", "detail", "error", "error_code", "errors", "message", "title", "trace"];
  const body = Object.fromEntries(fields.map((field) => [field, MARK]));
  return { what: `strange JSON with the status ${status}`, status, answer: () => Response.json(body, { status }) };
}

function garbage(text: string): Strange {
  const headers = { "content-type": "application/json" };
  const answer = () => new Response(text, { status: 200, headers });
  return { what: text === "" ? "nothing" : text, status: 200, answer };
}

const FAILURES = [400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 502, 503];

export const PAGES: readonly Strange[] = FAILURES.map(page);
export const FOREIGN: readonly Strange[] = FAILURES.map(foreign);

/** What is called a success and is none. */
export const GARBAGE: readonly Strange[] = [
  page(200),
  ...["", "{", "null", "42", "[]", "{}", `"${MARK}"`, `["${MARK}"]`, `{"${MARK}":{}}`].map(garbage),
];
