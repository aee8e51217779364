import { defineConfig } from "vitest/config";

/** The browser tests: what a person sees and does, in a real Chromium over real stores. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: ["src/stage.ts"],
    include: ["test-cases/*.ts"],
    fileParallelism: false,
    // The console is loaded once, not for every file: each test has a console, or an account, of its own.
    isolate: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: ["default", "../../tools/closing-line-reporter.ts"],
  },
});
