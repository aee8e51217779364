import { defineConfig } from "vitest/config";

/** The browser tests: what a person sees and does, in a real Chromium over real stores. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ["../../packages/local-services/src/vitest-global-setup.ts"],
    include: ["test-cases/*.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
    reporters: ["default", "../../tools/closing-line-reporter.ts"],
  },
});
