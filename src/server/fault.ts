import { fileURLToPath } from "node:url";

/** What is logged of an error that nobody foresaw. */
export interface Fault {
  /** Of its class. */
  readonly name: string;
  /** Where it has one, as Node's own errors do. */
  readonly code?: string;
  /** Where it was thrown, innermost first. */
  readonly at: readonly string[];
}

/**
 * As V8 writes them. What does not look like one may be a piece of the message, which may have any number of lines; what
 * is none of Node's, ours or a package's beside us may have come with an error of another machine.
 */
const FRAME = /^ {4}at (?:[\w$.<>#[\] ]+ \()?(?:file:\/\/)?((?:node:|\/)[^\s()]+):\d+:\d+\)?$/;
/** Of this package, or of the folder that it is installed in. */
const [ROOT = "/"] = fileURLToPath(new URL("../../", import.meta.url)).split("node_modules/");
const MOST_FRAMES = 12;

/** Without its message: that may quote what a service or a caller said, a secret among it. */
export function describeFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const { name, message, stack = "" } = error;
  const { code } = error as { readonly code?: unknown };
  const end = stack.indexOf(message);
  const frames = end < 0 ? [] : stack.slice(end + message.length).split("\n");
  return {
    name: WORD.test(name) ? name : "Error",
    ...(typeof code === "string" && WORD.test(code) && { code }),
    at: frames
      .filter(isOurs)
      .slice(0, MOST_FRAMES)
      .map((line) => line.trim()),
  };
}

function isOurs(line: string): boolean {
  const [, file = ""] = FRAME.exec(line) ?? [];
  return file.startsWith("node:") || file.startsWith(ROOT);
}

const WORD = /^[A-Za-z]\w{0,63}$/;
