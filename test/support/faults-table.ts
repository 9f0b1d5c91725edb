import type { FailureCode } from "../../src/domain/errors.ts";
import { ASKED, type Asked } from "./faults-service.ts";
import type { Fault } from "./faults.ts";

/** When the answer comes. */
export type Within = "at once" | "when the service says" | "one `timeout`" | "the `deadline`";

/** What becomes of a fault. */
export interface Seen {
  /** Null: what was asked for, and no error. */
  readonly code: FailureCode | null;
  readonly outcomeUnknown: boolean;
  /** A date may be over a second sooner than the answer comes. */
  readonly retryAfter?: number | "until then";
  readonly within: Within;
  /** How many requests the service saw. */
  readonly requests: number;
}

export interface Row {
  /** What the service does, as the page tells it. */
  readonly says: string;
  readonly fault: Fault;
  readonly seen: Readonly<Record<Asked, Seen>>;
  /** Who alone can tell it from what is right, where eContext cannot. */
  readonly onlyIn?: Readonly<Partial<Record<Asked, string>>>;
}

const once = (code: FailureCode | null, within: Within, outcomeUnknown = false): Seen => {
  return { code, outcomeUnknown, within, requests: 1 };
};

/** The answer is there, and of no use. Asking again would not mend it; what became of a write, it does not tell. */
export function useless(code: FailureCode): Row["seen"] {
  const lost = once(code, "at once", true);
  return { read: once(code, "at once"), creation: lost, change: lost };
}

/** Nothing was done, which is certain, and asking again would not mend it. */
export function refused(code: FailureCode, retryAfter?: Seen["retryAfter"]): Row["seen"] {
  const seen = { ...once(code, "at once"), ...(retryAfter !== undefined && { retryAfter }) };
  return { read: seen, creation: seen, change: seen };
}

/** It may pass: what may be repeated is. */
export function passing(code: FailureCode, isRefusal = false): Row["seen"] {
  const read: Seen = { code, outcomeUnknown: false, within: "at once", requests: 3 };
  const change = { ...read, outcomeUnknown: !isRefusal };
  return { read, creation: { ...change, requests: 1 }, change };
}

/** It has passed when it is asked again; a creation is not sent again. */
export function passed(creation: Seen, within: Within): Row["seen"] {
  const read: Seen = { code: null, outcomeUnknown: false, within, requests: 2 };
  return { read, creation, change: read };
}

/** There is no answer: twice for what may be repeated, for the third attempt comes too late. */
export const LATE: Row["seen"] = {
  read: { code: "UPSTREAM_TIMEOUT", outcomeUnknown: false, within: "the `deadline`", requests: 2 },
  creation: once("UPSTREAM_TIMEOUT", "one `timeout`", true),
  change: { code: "UPSTREAM_TIMEOUT", outcomeUnknown: true, within: "the `deadline`", requests: 2 },
};

/** It was answered all the same. */
export const FINE: Row["seen"] = (() => {
  const seen = once(null, "at once");
  return { read: seen, creation: seen, change: seen };
})();

export const ONCE = once;

/** Those that are not answered at once need short times to be waited for; the others long ones, to be told apart. */
export function isSlow({ seen }: Row): boolean {
  return ASKED.some((asked) => seen[asked].within.startsWith("one") || seen[asked].within === "the `deadline`");
}

/** A table of Markdown, not yet padded: what is asked and ends alike has one line. */
export function writeTable(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ says, seen, onlyIn }) => {
    const groups = new Map<string, string[]>();
    for (const asked of ASKED) {
      const cells = tell(seen[asked]).join(" | ");
      const alone = onlyIn?.[asked];
      groups.set(cells, [...(groups.get(cells) ?? []), alone === undefined ? asked : `${asked} (${alone})`]);
    }
    return [...groups].map(([cells, asks]) => `| ${says} | ${asks.join(", ")} | ${cells} |`);
  });
  return [
    "| the service | asked for | the client sees | within | requests |",
    "| --- | --- | --- | --- | ---: |",
    ...lines,
  ].join("\n");
}

function tell({ code, outcomeUnknown, retryAfter, within, requests }: Seen): readonly string[] {
  const told = code === null ? "what was asked for" : `\`${code}\``;
  const after = retryAfter === undefined ? "" : `, with \`retryAfter\` ${retryAfter}`;
  return [`${told}${after}${outcomeUnknown ? ", outcome UNKNOWN" : ""}`, within, String(requests)];
}
