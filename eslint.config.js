import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist", "node_modules"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Switches over our own unions must name every member.
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // Node takes asynchronous listeners; what they reject with is theirs to catch.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
      // The environment and files are read at the entrance and passed on.
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Read it in src/cli and pass it on." },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["src/cli/**", "test/**", "bench/**", "*.ts"],
    rules: { "no-restricted-properties": "off", "no-console": "off" },
  },
  {
    files: ["test/**"],
    rules: {
      // `expect.any(Number)` is an `any` by its nature.
      "@typescript-eslint/no-unsafe-assignment": "off",
      // Yoga's `fetch` needs no `this`.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  { files: ["**/*.js"], extends: [tseslint.configs.base] },
);
