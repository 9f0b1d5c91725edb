import { defineConfig } from "vitest/config";

export default defineConfig({
  // graphql has a CommonJS and an ES build; Node takes the first everywhere, and so must the tests: two would not know
  // each other's classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    // Real sockets on a busy machine: slow is no failure.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Both ways through the server (`test/support/ways.ts`): all tests take the fast path wherever they can, and those who
    // look at answers take Yoga's way once more.
    projects: [
      { extends: true, test: { name: "fast path", include: ["test/**/*.test.ts"], env: { FAST_PATH: "always" } } },
      {
        extends: true,
        test: {
          name: "yoga",
          include: ["test/graph/**/*.test.ts", "test/server/**/*.test.ts", "test/schema/entities.test.ts"],
          env: { FAST_PATH: "never" },
        },
      },
    ],
  },
});
