import { expect, test } from "vitest";
import { uniquePrefix, withDatabase } from "../src/index.ts";

test.each([
  ["mongodb://127.0.0.1:1/?directConnection=true", "mongodb://127.0.0.1:1/mine?directConnection=true"],
  ["mongodb://u:p@a:1,b:2/shop?replicaSet=rs0", "mongodb://u:p@a:1,b:2/mine?replicaSet=rs0"],
  ["mongodb+srv://cluster.example", "mongodb+srv://cluster.example/mine"],
])("the database of %s is replaced, and nothing else", (uri, expected) => {
  expect(withDatabase(uri, "mine")).toBe(expected);
});

test("what is no connection string is refused without being repeated in the error", () => {
  expect(() => withDatabase("https://secret.example", "mine")).toThrow(/^not a MongoDB connection string$/);
});

test("two prefixes differ", () => {
  expect(uniquePrefix("queue")).toMatch(/^queue-[0-9a-f-]{13}$/);
  expect(uniquePrefix()).not.toBe(uniquePrefix());
});
