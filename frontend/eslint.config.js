import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "build/", "node_modules/", "src/api/schema.d.ts"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  reactHooks.configs.flat["recommended-latest"],
  jsxA11y.flatConfigs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 400 }],
      "no-console": "error",
      "no-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Trusted Types are enforced: build elements instead." },
        { property: "outerHTML", message: "Trusted Types are enforced: build elements instead." },
        { property: "insertAdjacentHTML", message: "Trusted Types are enforced: build elements instead." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Trusted Types are enforced: build elements instead.",
        },
        {
          selector: "Property[key.name='dangerouslySetInnerHTML']",
          message: "Trusted Types are enforced: build elements instead.",
        },
      ],
    },
  },
  {
    // The label route must stay small and must not pull the component kit in.
    files: ["src/queue/**", "src/canvas/**", "src/keyboard/**", "src/api/**"],
    ignores: ["**/*.test.*"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [{ name: "react-aria-components", message: "Not on the label route." }],
          patterns: [
            {
              group: [
                "Dialog",
                "ConfirmDialog",
                "Select",
                "Menu",
                "Tooltip",
                "Tabs",
                "NumberField",
                "FileDrop",
                "Gallery",
              ].map((name) => `**/ui/${name}`),
              message: "Not on the label route: this part of the kit stands on React Aria.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["*.config.{js,ts}", "gallery/**"],
    languageOptions: { globals: { ...globals.node } },
    rules: { "max-lines": "off" },
  },
);
