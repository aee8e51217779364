import { appendFile, readFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { FailureReport } from "../src/failure-report.ts";
import { ReceivedLog } from "../src/received-log.ts";
import { CLICK, DATASET, goodEvent, newLogFile, seed, startSandbox, startSeeded, TOKEN } from "./running-sandbox.ts";

const acceptance = (at: number) => ({
  receivedAt: "2026-11-01T00:00:00.000Z",
  datasetId: DATASET,
  tokenFingerprint: "0",
  eventId: `é-${at}`,
  eventName: "Purchase",
  testEventCode: null,
  partnerAgent: null,
  event: { at, ctwa_clid: CLICK },
});

test("duplicates are counted and never refused, within a request and across", async () => {
  const sandbox = await startSeeded();
  const other = goodEvent({ event_id: "order-2" });
  expect((await sandbox.send([goodEvent(), goodEvent(), other])).body.events_received).toBe(3);
  expect((await sandbox.send([goodEvent()])).body.events_received).toBe(1);
  expect(await sandbox.summary()).toMatchObject({
    requests: 2,
    eventsReceived: 4,
    distinctEvents: 2,
    duplicates: 2,
    byDataset: { [DATASET]: { requests: 2, eventsReceived: 4, duplicates: 2 } },
  });
  const { events } = (await sandbox.admin("GET", "/received?eventId=order-1")).body;
  expect(events.map(({ copy }: { copy: number }) => copy)).toEqual([1, 2, 3]);
});

test("a logged event tells everything but the token", async () => {
  const sandbox = await startSeeded();
  const event = goodEvent({ event_id: "order\u2028é" });
  const body = { data: [event], test_event_code: "TEST1", partner_agent: "agent" };
  await sandbox.call("POST", `/v25.0/${DATASET}/events?access_token=${TOKEN}`, body);
  const { events } = (await sandbox.admin("GET", "/received")).body;
  expect(events).toEqual([
    {
      ordinal: 1,
      copy: 1,
      receivedAt: expect.stringMatching(/Z$/),
      datasetId: DATASET,
      tokenFingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      eventId: "order\u2028é",
      eventName: "Purchase",
      testEventCode: "TEST1",
      partnerAgent: "agent",
      event,
    },
  ]);
  expect(await readFile(sandbox.logFile, "utf8")).not.toContain(TOKEN);
});

test("counts, ordinals and copies survive a restart, and a line torn by a crash is left out", async () => {
  const first = await startSeeded();
  await first.send([goodEvent(), goodEvent()]);
  await first.close();
  await appendFile(first.logFile, '{"ordinal":3,"copy":1,"received');

  const second = await startSandbox({ logFile: first.logFile });
  await seed(second);
  expect(await second.summary()).toMatchObject({ eventsReceived: 2, distinctEvents: 1, duplicates: 1, requests: 0 });
  await second.send([goodEvent()]);
  await second.close();

  const third = await startSandbox({ logFile: first.logFile });
  expect(await third.summary()).toMatchObject({ eventsReceived: 3, distinctEvents: 1, duplicates: 2 });
  const { events } = (await third.admin("GET", "/received")).body;
  expect(events.map(({ ordinal, copy }: { ordinal: number; copy: number }) => [ordinal, copy])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test("a new epoch counts from nothing, keeps the log, and survives a restart", async () => {
  const sandbox = await startSeeded();
  await sandbox.send([goodEvent()]);
  expect((await sandbox.admin("DELETE", "/received")).body).toEqual({ epoch: 2 });
  expect(await sandbox.summary()).toMatchObject({ epoch: 2, requests: 0, eventsReceived: 0 });
  expect((await sandbox.admin("GET", "/received")).body.events).toEqual([]);
  await sandbox.send([goodEvent()]);
  await sandbox.close();
  expect((await readFile(sandbox.logFile, "utf8")).trim().split("\n")).toHaveLength(3);
  const again = await startSandbox({ logFile: sandbox.logFile });
  expect(await again.summary()).toMatchObject({ epoch: 2, eventsReceived: 1, duplicates: 0 });
  expect((await again.admin("GET", "/received")).body.events).toMatchObject([{ ordinal: 2, copy: 1 }]);
});

test("received events are read in pages", async () => {
  const sandbox = await startSeeded();
  const events = Array.from({ length: 25 }, (_, at) => goodEvent({ event_id: `order-${at}` }));
  await sandbox.send(events);
  const ids: string[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { body } = await sandbox.admin("GET", `/received?limit=10&after=${after}&datasetId=${DATASET}`);
    ids.push(...body.events.map(({ eventId }: { eventId: string }) => eventId));
    after = body.nextAfter;
  }
  expect(ids).toEqual(events.map(({ event_id }) => event_id));
});

test("reading from the middle of a long log finds the same as counting", async () => {
  const path = await newLogFile();
  const written = await ReceivedLog.open(path);
  for (let at = 0; at < 5000; at += 100) {
    written.append(Array.from({ length: 100 }, (_, offset) => acceptance(at + offset)));
  }
  written.close();
  const read = await ReceivedLog.open(path);
  for (const log of [read, await ReceivedLog.open(path)]) {
    for (const after of [0, 998, 999, 1000, 1001, 2500, 4999, 5000, 9000]) {
      const found = await log.find({ after, limit: 2 });
      expect(found.map(({ ordinal }) => ordinal)).toEqual([after + 1, after + 2].filter((ordinal) => ordinal <= 5000));
    }
    expect(log.latest.map(({ ordinal }) => ordinal).slice(0, 2)).toEqual([5000, 4999]);
    log.close();
  }
});

test("once a write has failed nothing more is taken", async () => {
  const log = await ReceivedLog.open(await newLogFile());
  // Every write to a closed file fails, like one to a full disk.
  log.close();
  expect(() => log.append([acceptance(1)])).toThrow("EBADF");
  expect(() => log.append([acceptance(2)])).toThrow("restart the sandbox");
});

test("failures of the sandbox itself are told at once, then at most every ten seconds", () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => told.mockRestore());
  const report = new FailureReport();
  for (const nowMs of [0, 1, 9_999, 10_000, 10_001]) report.tell(new Error("full"), nowMs);
  expect(told.mock.calls.map(([text]) => text.match(/[0-9]+/)[0])).toEqual(["1", "3"]);
});
