import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ConfigError, commaList, readConfig, secretWord, settings, wholeNumber } from "../src/index.ts";

const mistakesOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
};

describe("reading the configuration", () => {
  test("needs nothing but what has no sensible default, and fills in the rest", () => {
    const { MONGODB_URI, REDIS_URL, QUEUE_PREFIX, API_PORT, META_GRAPH_URL, META_APP_SECRET, TRUST_PROXY } = settings;
    const shape = { MONGODB_URI, REDIS_URL, QUEUE_PREFIX, API_PORT, META_GRAPH_URL, META_APP_SECRET, TRUST_PROXY };
    const env = { MONGODB_URI: "mongodb://a,b/relay", REDIS_URL: "rediss://:pw@cache:6380/1", API_PORT: "" };
    expect(readConfig(shape, env)).toEqual({
      MONGODB_URI: "mongodb://a,b/relay",
      REDIS_URL: "rediss://:pw@cache:6380/1",
      QUEUE_PREFIX: "capi-relay",
      API_PORT: 3000,
      META_GRAPH_URL: "https://graph.facebook.com",
      META_APP_SECRET: undefined,
      TRUST_PROXY: [],
    });
  });

  test("names every mistake at once, one sentence each, and shows no value", () => {
    const shape = {
      MONGODB_URI: settings.MONGODB_URI,
      ADMIN_API_KEY: settings.ADMIN_API_KEY,
      LOOKUP_KEY: settings.LOOKUP_KEY,
      API_PORT: settings.API_PORT,
    };
    const mistakes = mistakesOf(() => readConfig(shape, { ADMIN_API_KEY: "short-secret", API_PORT: "80,81" }));
    expect(mistakes).toEqual([
      "MONGODB_URI is not set; set it to the address of MongoDB, such as mongodb://127.0.0.1:27017/capi-relay.",
      "ADMIN_API_KEY must be at least 32 printable characters without spaces.",
      "LOOKUP_KEY is not set; set it to a secret of at least 32 characters; make one with: openssl rand -base64 33.",
      "API_PORT must be a whole number from 0 to 65535.",
    ]);
    expect(mistakes.join()).not.toMatch(/short-secret|80,81/);
  });

  test("puts messages that are Zod's own into a sentence of ours", () => {
    const shape = { LINGER_MS: z.coerce.number().max(10).describe("milliseconds, at most 10") };
    expect(mistakesOf(() => readConfig(shape, { LINGER_MS: "11" }))).toEqual([
      "LINGER_MS cannot be used; set it to milliseconds, at most 10.",
    ]);
  });

  test("is frozen, lists included", () => {
    const config = readConfig(
      { WHATSAPP_APP_SECRETS: settings.WHATSAPP_APP_SECRETS },
      { WHATSAPP_APP_SECRETS: "a, b" },
    );
    expect(config).toEqual({ WHATSAPP_APP_SECRETS: ["a", "b"] });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.WHATSAPP_APP_SECRETS)).toBe(true);
  });

  test("a rule whose variables are readable speaks beside the mistakes in others", () => {
    const shape = { KEYS: z.string(), PORT: wholeNumber(1, 10) };
    const rules = [({ KEYS }: { KEYS: string }) => (KEYS === "good" ? null : "KEYS: not good.")];
    expect(mistakesOf(() => readConfig(shape, { KEYS: "bad", PORT: "x" }, ...rules))).toEqual([
      "PORT must be a whole number from 1 to 10.",
      "KEYS: not good.",
    ]);
    expect(mistakesOf(() => readConfig(shape, { PORT: "1" }, ...rules))).toEqual(["KEYS is not set."]);
  });

  test("a rule may compare settings, once they are readable", () => {
    const shape = { CONCURRENCY: wholeNumber(1, 5000), BATCH: wholeNumber(1, 1000, "events") };
    const rule = (config: { CONCURRENCY: number; BATCH: number }) =>
      config.CONCURRENCY >= config.BATCH ? null : "CONCURRENCY must be at least BATCH, or a batch can never fill.";
    expect(readConfig(shape, { CONCURRENCY: "100", BATCH: "100" }, rule)).toEqual({ CONCURRENCY: 100, BATCH: 100 });
    expect(mistakesOf(() => readConfig(shape, { CONCURRENCY: "10", BATCH: "100" }, rule))).toEqual([
      "CONCURRENCY must be at least BATCH, or a batch can never fill.",
    ]);
    expect(mistakesOf(() => readConfig(shape, { CONCURRENCY: "10", BATCH: "0" }, rule))).toEqual([
      "BATCH must be a whole number of events from 1 to 1000.",
    ]);
  });
});

describe("secrets in files", () => {
  const shape = { SECRET: secretWord(1).optional() };
  let folder = "";
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "read-config-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([
    ["from-file", "from-file"],
    ["from-file\n", "from-file"],
    ["from-file\r\n", "from-file"],
  ])("the content %j is read as %j", (content, value) => {
    expect(readConfig(shape, { SECRET_FILE: file("secret", content) })).toEqual({ SECRET: value });
  });

  test("only one newline is dropped, so that a file with two is a mistake and not another secret", () => {
    expect(mistakesOf(() => readConfig(shape, { SECRET_FILE: file("two", "from-file\n\n") }))).toEqual([
      "SECRET must be printable characters without spaces.",
    ]);
  });

  test("both ways at once, an empty file and an unreadable one are mistakes, and no path is shown", () => {
    const both = mistakesOf(() => readConfig(shape, { SECRET: "a", SECRET_FILE: file("secret", "b") }));
    expect(both).toEqual(["SECRET and SECRET_FILE are both set; keep one of them."]);
    const empty = mistakesOf(() => readConfig(shape, { SECRET_FILE: file("empty", "\n") }));
    expect(empty).toEqual(["SECRET_FILE points to an empty file; write the value into it."]);
    for (const path of [join(folder, "nowhere"), folder, "the-secret-itself"]) {
      expect(mistakesOf(() => readConfig(shape, { SECRET_FILE: path }))).toEqual([
        "SECRET_FILE points to a file that cannot be read; check the path and who may read it.",
      ]);
    }
  });

  test("lists may come from a file too", () => {
    const list = { SECRETS: commaList(secretWord(1)) };
    expect(readConfig(list, { SECRETS_FILE: file("list", "a,b\n") })).toEqual({ SECRETS: ["a", "b"] });
  });
});
