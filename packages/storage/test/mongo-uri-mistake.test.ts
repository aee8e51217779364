import { expect, test } from "vitest";
import { mongoUriMistake } from "../src/index.ts";

test.each([
  "mongodb://127.0.0.1:27017/capi-relay",
  "mongodb://a,b:27018/relay?replicaSet=rs0&tls=true",
  "mongodb://relay:p%40ss%25@[::1]:27017/relay",
  "mongodb+srv://relay:secret@cluster.example.net/relay",
])("%s can be read", (uri) => {
  expect(mongoUriMistake(uri)).toBe(null);
});

test.each([
  ["a port there is not", "mongodb://127.0.0.1:99999/relay"],
  ["a port that is no number", "mongodb://127.0.0.1:2701x/relay"],
  ["no host", "mongodb:///relay"],
  ["an @ in the password", "mongodb://relay:canary@canary@127.0.0.1/relay"],
  ["a % in the password", "mongodb://relay:canary%zz@127.0.0.1/relay"],
  ["a / in the password", "mongodb://relay:canary/canary@127.0.0.1/relay"],
  ["a dot in the database's name", "mongodb://127.0.0.1/canary.relay"],
  ["an option nobody knows", "mongodb://127.0.0.1/relay?canary=1"],
])("an address with %s is a mistake, told in a sentence that repeats none of it", (_what, uri) => {
  const mistake = mongoUriMistake(uri);
  expect(mistake).toMatch(/^MONGODB_URI cannot be read .*\.$/);
  expect(mistake).not.toMatch(/canary|127\.0\.0\.1/);
});
