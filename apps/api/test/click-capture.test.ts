import { afterAll, beforeAll, expect, test } from "vitest";
import { ClickCaptureTally } from "../src/click-capture-tally.ts";
import { aDelivery, openApi } from "./an-api.ts";

const DAY_MS = 86_400_000;

let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const day = (moment: number): Date => new Date(moment - (moment % DAY_MS));
const capturesOf = async (wabaId: string) =>
  api.captures.between(wabaId, { from: day(Date.now() - 2 * DAY_MS), until: new Date(Date.now() + DAY_MS) });

test("ad referrals are counted by number and day, with and without a click id, and a repeated click once", async () => {
  const { wabaId } = await api.account();
  const delivery = aDelivery(wabaId);
  await api.webhook(delivery);
  await api.webhook(delivery);
  await api.webhook(aDelivery(wabaId, { from_user_id: "BR.canary2" }));
  await api.webhook(
    aDelivery(wabaId, { from_user_id: "BR.canary3", referral: { source_id: "12345", source_type: "ad" } }),
  );
  await api.webhook(aDelivery(wabaId, { from_user_id: "BR.canary4", referral: undefined }));
  await api.clickCaptures.flush();
  const counts = await capturesOf(wabaId);
  const sentAt = Number(delivery.entry[0]?.changes[0]?.value.messages[0]?.timestamp) * 1_000;
  expect(counts).toEqual([
    { wabaId, phoneNumberId: "106540352242922", day: day(sentAt), withClickId: 2, withoutClickId: 1 },
  ]);
});

test("counts of several flushes, also at the same time, add up", async () => {
  const message = { wabaId: "4711", phoneNumberId: null, sentAt: new Date(), referralWithoutClick: true };
  const tallies = [1, 2].map(
    () => new ClickCaptureTally({ captures: api.captures, flushEveryMs: 60_000, onTrouble: () => {} }),
  );
  for (let round = 0; round < 3; round += 1) {
    for (const tally of tallies) tally.taken(message, false);
    await Promise.all(tallies.map((tally) => tally.flush()));
  }
  await Promise.all(tallies.map((tally) => tally.close()));
  expect(await capturesOf("4711")).toMatchObject([{ withClickId: 0, withoutClickId: 6 }]);
});

test("what could not be stored is stored the next time", async () => {
  const troubles: unknown[] = [];
  let isAway = true;
  const add = (counts: Parameters<typeof api.captures.add>[0]) =>
    isAway ? Promise.reject(new Error("away")) : api.captures.add(counts);
  const tally = new ClickCaptureTally({
    captures: { add },
    flushEveryMs: 60_000,
    onTrouble: (error) => void troubles.push(error),
  });
  const message = { wabaId: "4712", phoneNumberId: "1", sentAt: new Date(), referralWithoutClick: false };
  tally.taken(message, true);
  await tally.flush();
  expect(troubles).toHaveLength(1);
  isAway = false;
  tally.taken(message, true);
  await tally.close();
  expect(await capturesOf("4712")).toMatchObject([{ withClickId: 2 }]);
});
