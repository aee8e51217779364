import { describe, expect, test } from "vitest";
import { CLICK, DATASET, goodEvent, nowS, startSandbox, startSeeded, TOKEN, WABA } from "./running-sandbox.ts";

describe("who may seed and read", () => {
  test.each([
    ["no token", {}],
    ["a wrong token", { authorization: "Bearer wrong" }],
    ["the token of a WABA", { authorization: `Bearer ${TOKEN}` }],
    ["an empty token", { authorization: "Bearer " }],
  ])("%s is refused with 401 on every admin route, unknown ones too", async (_what, headers) => {
    const sandbox = await startSeeded();
    for (const [method, path] of [
      ["GET", "/admin/summary"],
      ["GET", "/admin/received"],
      ["DELETE", "/admin/received"],
      ["PUT", `/admin/wabas/${WABA}`],
      ["POST", "/admin/faults"],
      ["POST", "/admin/clock"],
      ["POST", "/admin/webhooks"],
      ["GET", "/%61dmin/summary"],
      ["GET", "/admin/nothing"],
    ] as const) {
      const answer = await sandbox.call(
        method,
        path,
        method === "GET" ? undefined : {},
        headers as Record<string, string>,
      );
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  });
});

describe("seeding", () => {
  test("the answer shows the settings but never the token", async () => {
    const sandbox = await startSandbox();
    const answer = await sandbox.admin("PUT", `/wabas/${WABA}`, { datasetId: DATASET, token: TOKEN, locale: "pt" });
    expect(answer.body).toMatchObject({
      id: WABA,
      datasetId: DATASET,
      linked: true,
      locale: "pt",
      tokenExpiresAt: null,
    });
    expect(answer.text).not.toContain(TOKEN);
  });

  test("PATCH changes only what it names; PUT puts the rest back to its default", async () => {
    const sandbox = await startSeeded({ locale: "fr", preset: "two" });
    const patched = await sandbox.admin("PATCH", `/wabas/${WABA}`, { linked: false });
    expect(patched.body).toMatchObject({
      locale: "fr",
      linked: false,
      allowedEventNames: ["LeadSubmitted", "Purchase"],
    });
    const put = await sandbox.admin("PUT", `/wabas/${WABA}`, { token: TOKEN });
    expect(put.body).toMatchObject({ locale: "en", linked: true, datasetId: null });
  });

  test.each([
    ["an unknown field", { token: TOKEN, colour: "red" }],
    ["a preset and a list", { token: TOKEN, preset: "two", allowedEventNames: [] }],
    ["no token", { datasetId: DATASET }],
    ["a proof nobody could verify", { token: TOKEN, appSecretRequired: true }],
    ["a dataset id that is no number", { token: TOKEN, datasetId: "abc" }],
  ])("%s is refused", async (_what, body) => {
    const sandbox = await startSandbox();
    expect((await sandbox.admin("PUT", `/wabas/${WABA}`, body)).status).toBe(400);
  });

  test("a WABA that was never seeded cannot be patched", async () => {
    const sandbox = await startSandbox();
    expect((await sandbox.admin("PATCH", "/wabas/1", { linked: false })).status).toBe(404);
  });

  test("without strict seeding any click id is known", async () => {
    const sandbox = await startSeeded({}, { strictSeeding: false });
    const event = goodEvent({ user_data: { whatsapp_business_account_id: WABA, ctwa_clid: "whatever" } });
    expect((await sandbox.send([event])).status).toBe(200);
  });
});

describe("the clock", () => {
  test("eight days later an event is too old, and a token that expires has expired", async () => {
    const sandbox = await startSeeded({ tokenExpiresAt: new Date(Date.now() + 9 * 86_400_000).toISOString() });
    const event = goodEvent();
    expect((await sandbox.send([event])).status).toBe(200);
    await sandbox.admin("POST", "/clock", { offsetMs: 8 * 86_400_000 });
    expect((await sandbox.send([event])).body.error.error_subcode).toBe(2804003);
    await sandbox.admin("POST", "/clock", { offsetMs: 10 * 86_400_000 });
    expect((await sandbox.send([event])).body.error.error_subcode).toBe(463);
    expect((await sandbox.admin("GET", "/clock")).body).toMatchObject({ offsetMs: 10 * 86_400_000 });
    await sandbox.admin("POST", "/clock", { offsetMs: 0 });
    expect((await sandbox.send([event])).status).toBe(200);
  });

  test("some clock skew can be tolerated", async () => {
    const sandbox = await startSeeded({}, { futureToleranceMs: 10_000 });
    expect((await sandbox.send([goodEvent({ event_time: nowS() + 5 })])).status).toBe(200);
  });
});

test("the page shows counts and events, escaped, and no click id", async () => {
  const sandbox = await startSeeded();
  await sandbox.send([goodEvent({ event_id: "<script>alert(1)</script>" })]);
  const { status, headers, text } = await sandbox.call("GET", "/");
  expect(status).toBe(200);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).not.toContain("<script>");
  expect(text).not.toContain(CLICK);
});
