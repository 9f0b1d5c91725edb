import { defineConfig } from "vitest/config";

export default defineConfig({
  // graphql has a CommonJS and an ES build; Node takes the first everywhere, and so must the tests: two would not know
  // each other's classes.
  resolve: { alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }] },
  test: {
    include: ["test/**/*.test.ts"],
    // Real sockets on a busy machine: slow is no failure.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
