import { expect, test } from "vitest";
import { answer, aServer } from "./a-server.ts";

const page = (ids: readonly string[], nextCursor: string | null) =>
  answer(200, { events: ids.map((id) => ({ id })), nextCursor });

test("a list is read page by page, filters and all, and only as far as it is read", async () => {
  const { client, seen } = await aServer(page(["a", "b"], "next+1"), page([], "next+2"), page(["c"], null));
  const filters = {
    accountId: "demo-shop",
    status: ["rejected", "failed"],
    acceptedFrom: new Date("2026-11-20T00:00:00Z"),
    reason: undefined,
    limit: 2,
  } as const;
  const ids: string[] = [];
  for await (const { id } of client().conversions.list(filters)) ids.push(id);
  expect(ids).toEqual(["a", "b", "c"]);
  const queries = seen.map(({ url }) => [...new URL(url, "http://x").searchParams]);
  const asked = [
    ["accountId", "demo-shop"],
    ["status", "rejected"],
    ["status", "failed"],
    ["acceptedFrom", "2026-11-20T00:00:00.000Z"],
    ["limit", "2"],
  ];
  expect(queries).toEqual([asked, [...asked, ["cursor", "next+1"]], [...asked, ["cursor", "next+2"]]]);
});

test("whoever stops reading asks for no more pages", async () => {
  const { client, seen } = await aServer(page(["a", "b"], "more"));
  for await (const { id } of client().conversions.list()) {
    if (id === "a") break;
  }
  expect(seen.map(({ url }) => url)).toEqual(["/v1/whatsapp/conversions"]);
});
