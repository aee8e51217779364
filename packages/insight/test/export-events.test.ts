import { text } from "node:stream/consumers";
import { NOBODY } from "@capi-relay/domain/builders";
import { ALL_EVENTS } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportEvents } from "../src/index.ts";
import { openInsight, worth } from "./an-insight.ts";

let world: Awaited<ReturnType<typeof openInsight>>;
beforeAll(async () => {
  world = await openInsight();
});
afterAll(() => world.drop());

test("an export holds every event of the filter, one line each, under its header", async () => {
  for (let event = 0; event < 1_203; event += 1) await world.ledger.accept(aLedgerEvent({ status: "delivered" }));
  const csv = await text(exportEvents(world.list, { ...ALL_EVENTS, statuses: ["delivered"] }));
  const lines = csv.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^\uFEFF?id,account_id,event_id,event_name,order_id,status,reason/);
  expect(lines).toHaveLength(1_204);
});

test.each(["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])(
  "%j is no formula for a spreadsheet",
  async (orderId) => {
    const accountId = `shop-${Math.random()}`;
    await world.stored({ accountId, details: worth(10, "BRL", orderId) });
    const csv = await text(exportEvents(world.list, { ...ALL_EVENTS, accountIds: [accountId] }));
    expect(csv).toContain(accountId);
    for (const cell of csv.split(/[,\n]/)) expect(cell.replace(/^"/, "")).not.toMatch(/^[=+\-@\t\r]/);
  },
);

test("which ad an event is credited to, and why, stands in the last columns", async () => {
  const accountId = "advertised-shop";
  const click = {
    ctwaClid: "secret-click",
    conversationId: null,
    adId: "120210000000000001",
    clickedAt: new Date("2026-11-20T10:00:00.000Z"),
    matchedBy: "phone",
  } as const;
  await world.stored({ accountId, click });
  await world.stored({ accountId, click: { ...click, adId: "=1+1", clickedAt: null }, sandbox: true });
  await world.stored({ accountId });
  const csv = await text(exportEvents(world.list, { ...ALL_EVENTS, accountIds: [accountId] }));
  const [header, ...lines] = csv.trimEnd().split("\n");
  expect(header).toMatch(/,test_code,ad_id,clicked_at,matched_by,sandbox$/);
  const ends = lines.map((line) => line.split(",").slice(-4).join());
  expect(ends.toSorted()).toEqual(
    ["120210000000000001,2026-11-20T10:00:00.000Z,phone,false", "'=1+1,,phone,true", ",,,false"].toSorted(),
  );
});

test("nothing personal and no click id is in it", async () => {
  const accountId = "private-shop";
  const click = {
    ctwaClid: "secret-click",
    conversationId: "a".repeat(24),
    adId: "1",
    clickedAt: null,
    matchedBy: "phone",
  } as const;
  await world.stored({
    accountId,
    click,
    contact: { ...NOBODY, phoneKey: "secret-phone-key" },
    personal: { em: "secret-hash" },
  });
  const csv = await text(exportEvents(world.list, { ...ALL_EVENTS, accountIds: [accountId] }));
  expect(csv).toContain(accountId);
  expect(csv).not.toContain("secret");
});

test("whoever stops reading stops the reading of the ledger", async () => {
  const csv = exportEvents(world.list, { ...ALL_EVENTS, statuses: ["delivered"] });
  for await (const chunk of csv) {
    expect(String(chunk).length).toBeGreaterThan(0);
    break;
  }
  expect(csv.destroyed).toBe(true);
});
