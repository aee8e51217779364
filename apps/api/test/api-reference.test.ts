import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AccountChange,
  AccountCreation,
  ApiKeyCreation,
  ApiKeyRotation,
  ConversionRequest,
  EVENT_REASONS,
  EVENT_STATUSES,
} from "@capi-relay/contract";
import { expect, test } from "vitest";
import { PROBLEMS } from "../src/problems.ts";

const ROUTES = join(import.meta.dirname, "..", "src", "routes");
const reference = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "api.md"), "utf8");

/** What stands first in a table's rows, without the mark of endings. */
const rowHeads = [...reference.matchAll(/^\| `([^`]+)`(?: ■)? +\|/gm)].map(([, head = ""]) => head);
const codes = [...reference.matchAll(/^\| \d{3} +\| (.*) \|$/gm)]
  .flatMap(([, list = ""]) => list.split(", "))
  .map((code) => code.trim().replaceAll("`", ""));

test("the reference lists every route that exists, and no other", () => {
  const routes = readdirSync(ROUTES).flatMap((file) =>
    [...readFileSync(join(ROUTES, file), "utf8").matchAll(/method: "([A-Z]+)",\s+url: "([^"]+)"/g)].map(
      ([, method, path]) => `${method} ${path}`,
    ),
  );
  expect(routes.length).toBeGreaterThan(20);
  expect(rowHeads.filter((head) => head.includes(" /")).toSorted()).toEqual(routes.toSorted());
});

test("the reference lists every field, status and reason, and nothing else", () => {
  const known = [
    ...Object.keys(ConversionRequest.shape),
    ...EVENT_STATUSES,
    ...Object.keys(EVENT_REASONS),
    ...Object.keys(ApiKeyCreation.shape),
    ...Object.keys(ApiKeyRotation.shape),
    ...new Set([...Object.keys(AccountCreation.shape), ...Object.keys(AccountChange.shape)]),
  ];
  expect(rowHeads.filter((head) => !head.includes(" /")).toSorted()).toEqual(known.toSorted());
});

test("the reference lists every error code, and no other", () => {
  expect(codes.toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
});
