import { ServiceFailure } from "../../../src/domain/errors.ts";
import { fillRoute } from "../../../src/http/route.ts";
import type { Send, Step, UpstreamRequest, UpstreamResponse } from "../../../src/http/send.ts";
import { refused, respond, SERVICE } from "./scripted-send.ts";

/** What becomes of an answer. The last three tell nothing of what was asked. */
export type Harm =
  "whole" | "shuffled" | "shortened" | "emptied" | "repeated" | "of another" | "failed with 500" | "unavailable";

const HARMS_OF_LISTS: readonly Harm[] = [
  ...["whole", "whole", "shuffled", "shortened", "shortened", "emptied", "repeated"],
  ...["failed with 500", "unavailable"],
] as readonly Harm[];

/** One by one they are asked for in dozens: most have to get through. */
const HARMS_OF_SINGLES: readonly Harm[] = [
  ...Array.from({ length: 17 }, (): Harm => "whole"),
  ...(["of another", "failed with 500", "unavailable"] as const),
];

/** A way to the service on which answers come to harm, the same line always the same. */
export class MangledWay {
  /** What became of the answer to each line. */
  readonly harms = new Map<string, Harm>();
  /** Lets everything through while false. */
  isMangling = false;
  readonly #salt: number;

  constructor(salt: number) {
    this.#salt = salt;
  }

  readonly step: Step = (send) => (request) => (this.isMangling ? this.#mangle(send, request) : send(request));

  harmOf(line: string): Harm | undefined {
    return this.harms.get(line);
  }

  async #mangle(send: Send, request: UpstreamRequest): Promise<UpstreamResponse> {
    const line = `${request.method} ${fillRoute(request)}`;
    const isList = /s$|\/users\/search\//.test(request.route);
    const among = isList ? HARMS_OF_LISTS : HARMS_OF_SINGLES;
    const harm = among[mix(this.#salt, line) % among.length] as Harm;
    this.harms.set(line, harm);
    if (harm === "unavailable") throw new ServiceFailure("UPSTREAM_UNAVAILABLE", "Away.", { service: SERVICE.name });
    if (harm === "failed with 500") return respond(refused(500, "boom", "Traceback"));
    const response = await send(request);
    const { result } = (response.json as Envelope | undefined)?.econtext ?? {};
    if (result === undefined || response.status !== 200) return response;
    const mangled = Object.fromEntries(
      Object.entries(result).map(([key, value]) => [
        key,
        Array.isArray(value) ? this.#mangleList(value, harm, line) : mangleSingle(value, harm),
      ]),
    );
    return respond({ status: response.status, body: { econtext: { result: mangled } } });
  }

  #mangleList(list: readonly unknown[], harm: Harm, line: string): readonly unknown[] {
    const roll = (index: number) => mix(this.#salt, `${line} ${index}`);
    if (harm === "emptied") return [];
    if (harm === "shortened") return list.filter((_, index) => roll(index) % 3 > 0);
    if (harm === "repeated") {
      return [
        ...list.flatMap((value, index) => (roll(index) % 2 === 0 ? [value, value] : [value])),
        ...list.slice(0, 3),
      ];
    }
    if (harm !== "shuffled") return list;
    const drawn = list.map((value, index) => ({ value, lot: roll(index) }));
    return drawn.toSorted((a, b) => a.lot - b.lot).map(({ value }) => value);
  }
}

interface Envelope {
  readonly econtext?: { readonly result?: Readonly<Record<string, unknown>> };
}

function mangleSingle(value: unknown, harm: Harm): unknown {
  return harm === "of another" && typeof value === "object" && value !== null ? { ...value, id: "another" } : value;
}

/** FNV-1a: the same on every machine. */
export function mix(salt: number, text: string): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
