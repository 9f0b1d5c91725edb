/** One thing that is wrong with the configuration. */
export class ConfigurationProblem {
  /** As it was given: a path, or `environment`. */
  readonly file: string;
  /** Such as `services.cloud.url`; empty for the whole file. */
  readonly path: string;
  readonly expected: string;
  /** Never a secret, and nothing that came from the environment. */
  readonly found: string;

  constructor(file: string, path: string, expected: string, found: string) {
    this.file = file;
    this.path = path;
    this.expected = expected;
    this.found = found;
  }

  /** In one line. */
  toString(): string {
    const place = this.path === "" ? this.file : `${this.file}: ${this.path}`;
    return `${place}: expected ${this.expected}, found ${this.found}`;
  }
}

/** Everything that is wrong with the configuration, a line each. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Where a value stands in the file, from the outermost key inwards. */
export type Path = readonly (string | number)[];

/** Takes one problem of the file. */
export type Report = (path: Path, expected: string, found: string) => void;

/** `services.cloud.url`, `server.cors.origins[0]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((before, key) => {
    if (typeof key === "number") return `${before}[${key}]`;
    const name = /^[\w.-]+$/.test(key) ? key : JSON.stringify(key);
    return before === "" ? name : `${before}.${name}`;
  }, "");
}

export function quoteAll(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
