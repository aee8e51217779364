import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["packages/local-services/src/vitest-global-setup.ts"],
    include: ["{apps,examples,packages}/*/test/**/*.test.ts", "{bench,tools}/test/**/*.test.ts"],
    // A bound against hanging, not a measure: password hashing and starting servers take seconds on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", "./tools/closing-line-reporter.ts"],
  },
});
