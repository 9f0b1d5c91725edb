import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Real sockets on a busy machine: slow is no failure.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
