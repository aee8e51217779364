import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readApiConfig } from "../src/config.ts";

const ENV = {
  MONGODB_URI: "mongodb://127.0.0.1/x",
  REDIS_URL: "redis://127.0.0.1",
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  LOOKUP_KEY: "l".repeat(44),
  ADMIN_API_KEY: "a".repeat(44),
};

test("an address of MongoDB that the driver cannot read is a mistake at the start, not one to retry for ever", () => {
  expect(() => readApiConfig({ ...ENV, MONGODB_URI: "mongodb://127.0.0.1:99999/x" })).toThrow(
    /^MONGODB_URI cannot be read by the driver; [^\n]*$/,
  );
  expect(readApiConfig(ENV).MONGODB_URI).toBe(ENV.MONGODB_URI);
});
