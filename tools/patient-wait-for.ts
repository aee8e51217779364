import { vi } from "vitest";

/** A bound against hanging, as that of `expect.poll` in vitest.config.ts; Vitest has no setting for this one. */
const TIMEOUT_MS = 20_000;

const waitFor: typeof vi.waitFor = vi.waitFor;

// Vitest's own second is too short for a connection or a write on a machine that is busy with other test files.
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === "number" ? options : { timeout: TIMEOUT_MS, ...options });
