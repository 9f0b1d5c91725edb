import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeSearch } from "../../../src/dialects/econtext/search.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import { person, type People, type SeedUser } from "../../../src/sandbox/people.ts";
import { openSandbox } from "./sandbox-send.ts";
import { first, USER } from "./scripted-send.ts";

/** Letters that are each other's other case, by Unicode's simple folding: `İ` and `ı` have none, and `ß` is not `ss`. */
const FOLDS = ["aA", "eE", "iI", "kK\u212a", "sS\u017f", "ßẞ", "σςΣ", "éÉ", "İ", "ı", "日", "𐐀𐐨"];
const OTHERS = Array.from(" .%@-_+*?~!:;,&|^$()[]{}<>=#\"'\\0123\u0301\u00a0\ufeff\u200b😀");
const LETTERS = FOLDS.flatMap((letters) => Array.from(letters));

const fold = (text: string) =>
  Array.from(text, (letter) => FOLDS.find((letters) => letters.includes(letter))?.[0] ?? ascii(letter)).join("");
const ascii = (letter: string) => (/[A-Z]/.test(letter) ? letter.toLowerCase() : letter);
/** What Lucene's analyzer `simple` makes of a text: `İ` becomes `i` there, and `ſ` and `ẞ` stay what they are. */
const words = (text: string) =>
  text
    .split(/\P{L}+/u)
    .filter((word) => word !== "")
    .map((word) => Array.from(word, (letter) => Array.from(letter.toLowerCase())[0]).join(""));

const unit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...LETTERS) },
  { weight: 2, arbitrary: fc.constantFrom(...OTHERS) },
);
const field = fc.string({ unit, maxLength: 12 });
/** What RE2, Lucene, the router or whoever else on the way might take for more than text. */
const TRAPS = [
  ...[" ", ".", "..", "...", "../users", ".*", "^.*$", "(?i)", "(?=a)", "(?<n>a)", "(a+)+$", "[a", "a|e", "|", "||"],
  ...["\\", "\\\\", "\\E", "\\Qa", "\\d", "\\p{L}", "\\u0061", '\\"', "a{2}", "{", "*", "a*", "?", "~", "a~2", "a^2"],
  ...["a OR e", "NOT a", "AND", "OR", "-a", "+a", "name:a", "_exists_:name", "[a TO e]", "a && e", "*:*"],
  ...['"', '""', '"a', 'a"', 'a" OR "e', '"a"~3', "%", "%2F", "%2e%2e", "%00", "a%", "%25", " a ", "?limit=1", "#a"],
  ...["a/e", "/", "//", "a\nb", "\u0000", "\u0085", "\ud800", "a\udc00", "İ", "ß", "é", "e\u0301", "\u0301"],
  ...["x".repeat(500), "x".repeat(501), "€".repeat(400), "\\".repeat(500)],
];
const trap = fc.constantFrom(...TRAPS);

interface World {
  readonly users: readonly SeedUser[];
  readonly text: string;
}

/** Some users, and a text that may be in one of them. */
const world: fc.Arbitrary<World> = fc
  .array(fc.record({ id: field, name: field, email: field, company: field, organization: field, keys: fc.nat(2) }), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((drafts) => {
    const users = drafts.map(({ id, name, email, company, organization, keys }, index) =>
      // Users with a backslash in their ids cannot be asked for their keys.
      person(`${index} ${id.replaceAll("\\", "")}`, name, {
        email,
        customData: { company_name: company },
        organization: `${index} ${organization}`,
        apiKeys: Array.from({ length: keys }, String),
      }),
    );
    const part = fc
      .tuple(
        fc.constantFrom(...drafts.flatMap(({ id, name, email, company }) => [id, name, email, company])),
        fc.nat(),
        fc.nat(6),
      )
      .map(([text, from, length]) =>
        Array.from(text)
          .slice(from % 12, (from % 12) + length)
          .join(""),
      );
    const otherCase = fc.tuple(part, fc.boolean()).map(([text, up]) => (up ? text.toUpperCase() : text.toLowerCase()));
    const text = fc.oneof(
      part,
      otherCase,
      field,
      trap,
      fc.tuple(part, trap).map(([a, b]) => a + b),
      fc.string({ unit: "binary" }),
    );
    return text.map((search) => ({ users, text: search }));
  });

const peopleOf = (users: readonly SeedUser[]): People => ({
  applications: [],
  groups: [],
  organizations: users.map(({ organization }) => ({ id: String(organization), name: String(organization) })),
  spaces: [],
  apps: [],
  users,
});

/** What no edition can be asked for. */
const cannotBeAsked = (text: string) =>
  text.trim() === "" ||
  text.length > 500 ||
  /[/\p{Cc}]/u.test(text) ||
  !text.isWellFormed() ||
  encodeURIComponent(text).length > 2900;

/** Searches, and tells what the service was asked with. */
async function search({ users, text }: World, edition: "E0" | "E1" | "E2") {
  const service = openSandbox(peopleOf(users), edition);
  const found = await service
    .open()
    .users.list(first(100), text, USER)
    .then(
      ({ items }) => items.map(({ id }) => id),
      (error: unknown) => {
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Refusal).problems).toMatchObject([{ code: "INVALID", path: ["search"] }]);
        return null;
      },
    );
  const asked = service.answered.map(({ line }) => line).filter((line) => !line.startsWith("GET /organizations?"));
  // It is the service that fails at an expression, and no text of ours is one that it fails at.
  expect(service.answered.filter(({ status }) => status !== 200 && status !== 404)).toEqual([]);
  if (found === null) {
    expect(asked).toEqual([]);
    return { found, sent: "", calls: service.answered.length };
  }
  expect(asked).toHaveLength(1);
  const [, segment = ""] = /^GET \/users\/search\/([^/?#]+)$/.exec(asked[0] ?? "") ?? [];
  expect(segment).not.toBe("");
  return { found: found.toSorted(), sent: decodeURIComponent(segment), calls: service.answered.length };
}

describe("A search in E0 and E1", () => {
  it.each(["E0", "E1"] as const)("finds exactly who has the text, case aside, or asks nobody (%s)", async (edition) => {
    await fc.assert(
      fc.asyncProperty(world, async ({ users, text }) => {
        const { found, sent, calls } = await search({ users, text }, edition);
        if (found === null) {
          expect(cannotBeAsked(text)).toBe(true);
          expect(calls).toBe(0);
          return;
        }
        // Every character with a meaning stands behind a backslash; without those, it is the text.
        expect(sent.replace(/\\[\\^$.*+?()[\]{}|]/g, "")).not.toMatch(/[\\^$.*+?()[\]{}|]/);
        expect(sent.replace(/\\(.)/gsu, "$1")).toBe(text);
        const keyIds = await keyIdsOf(users, edition);
        const expected = users.filter(({ id, name, email, customData }) =>
          [id, name, email.trim().toLowerCase(), String(customData?.["company_name"]), ...(keyIds.get(id) ?? [])].some(
            (value) => fold(value).includes(fold(text)),
          ),
        );
        expect(found).toEqual(expected.map(({ id }) => id).toSorted());
      }),
      { numRuns: 500 },
    );
  });

  it("finds a user by a part of an API key's id", async () => {
    const users = [person("ada", "Ada Moreno", { apiKeys: ["one"] }), person("bram", "Bram Okafor")];
    const [key] = (await keyIdsOf(users, "E1")).get("ada") ?? [];
    const { found } = await search({ users, text: (key ?? "").slice(3, 20).toLowerCase() }, "E1");
    expect(found).toEqual(["ada"]);
  });

  it("does not find users without a name by their id, but by their email", async () => {
    const nameless = { ...person("ada", "Ada Moreno"), name: null as unknown as string };
    expect((await search({ users: [nameless], text: "ada.moreno@" }, "E1")).found).toEqual(["ada"]);
    expect((await search({ users: [{ ...nameless, id: "bram" }], text: "bram" }, "E1")).found).toEqual([]);
  });
});

describe("A search in E2", () => {
  it("finds exactly who has the text, made of whole words, or asks nobody", async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ users, text }) => {
        const { found, sent, calls } = await search({ users, text }, "E2");
        if (found === null) {
          expect(cannotBeAsked(text) || words(text).length === 0).toBe(true);
          // Only a text that an earlier edition could search for is worth a question about the edition.
          expect(calls).toBe(cannotBeAsked(text) ? 0 : 1);
          return;
        }
        expect(sent).toMatch(/^"(?:[^"\\]|\\["\\])*"$/su);
        expect(sent.slice(1, -1).replace(/\\(.)/gsu, "$1")).toBe(text);
        const wanted = ` ${words(text).join(" ")} `;
        const expected = users.filter(
          ({ name, email, organization }) =>
            [name, email.trim(), String(organization)].some((value) =>
              ` ${words(value).join(" ")} `.includes(wanted),
            ) &&
            // The service drops what stands between words; we do not.
            [name, email.trim(), String(organization)].some((value) => fold(value).includes(fold(text))),
        );
        expect(found).toEqual(expected.map(({ id }) => id).toSorted());
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["moreno", ["ada"]],
    ["MORENO", ["ada"]],
    ["ada moreno", ["ada"]],
    ["ada  moreno", []],
    ["ada 7 moreno", []],
    ["ada.moreno", ["ada"]],
    ["ada.moreno@kestrel.example", ["ada"]],
    ["moreno ada", []],
    ["moren", []],
    ["moreno OR okafor", []],
    ["mor*", []],
    ["heron", ["bram"]],
  ])("takes %j for a phrase of whole words", async (text, expected) => {
    const users = [
      person("ada", "Ada Moreno", { organization: "kestrel-air" }),
      person("bram", "Bram Okafor", { organization: "heron-sea" }),
    ];
    expect((await search({ users, text }, "E2")).found).toEqual(expected);
  });
});

describe("What is written for a search", () => {
  it.each(["*", "?!", "...", "007", "%", "\u0301", "“”", "😀"])(
    "is nothing in E2 where the text has no letter, for it would find nobody: %j",
    async (text) => {
      await expect(writeSearch(text, () => Promise.resolve(true))).rejects.toBeInstanceOf(Refusal);
      expect(await writeSearch(text, () => Promise.resolve(false))).not.toBe("");
    },
  );

  it("does not ask which edition it is for a text that cannot be asked for in any", async () => {
    const ask = () => Promise.reject(new Error("asked"));
    for (const text of ["", " ", "a/b", "a\u0007", "\udfff", "x".repeat(501), "€".repeat(500)]) {
      await expect(writeSearch(text, ask)).rejects.toBeInstanceOf(Refusal);
    }
  });

  it("fits into a request line", async () => {
    for (const text of ["\\".repeat(500), "[".repeat(500), '"'.repeat(499) + "a", "é".repeat(500), "€".repeat(388)]) {
      for (const isE2 of [true, false]) {
        const written = await writeSearch(text, () => Promise.resolve(isE2)).catch(() => "");
        expect(encodeURIComponent(written).length).toBeLessThanOrEqual(3500);
      }
    }
  });
});

/** The ids that the sandbox makes for each user's keys: the same whenever it is started with these users. */
async function keyIdsOf(users: readonly SeedUser[], edition: "E0" | "E1" | "E2") {
  const { apiKeys } = openSandbox(peopleOf(users), edition).open();
  const owners = users.filter(({ apiKeys: names }) => names.length > 0).map(({ id }) => id);
  const ids = owners.filter((id) => !/[/\p{Cc}]/u.test(id));
  const keys = await apiKeys.ofUsers(ids, { needs: { record: false }, for: [] });
  return new Map(ids.map((id, index) => [id, (keys[index] as readonly { id: string }[]).map((key) => key.id)]));
}
