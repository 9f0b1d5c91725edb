import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Switches over our own unions must name every member.
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // The environment and files are read at the entrance and passed on.
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Read it in src/cli and pass it on." },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["src/cli/**", "test/**", "*.ts", "*.js", "bin/**"],
    rules: { "no-restricted-properties": "off", "no-console": "off" },
  },
);
