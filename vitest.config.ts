import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["packages/local-services/src/vitest-global-setup.ts"],
    include: ["{apps,packages}/*/test/**/*.test.ts", "tools/test/**/*.test.ts"],
    reporters: ["default", "./tools/closing-line-reporter.ts"],
  },
});
