import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { ConversionEnding, type EventStatus } from "@capi-relay/contract";
import type { DeliveryOutcome } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { EventProgress, MongoConnection, type Progress, StorageUnavailable } from "@capi-relay/storage";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { callerGone } from "../src/wait/caller-gone.ts";
import { WaitingRoom } from "../src/wait/waiting-room.ts";
import { API_KEY, aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
});

afterAll(() => api.close());

const CONVERSIONS = "/v1/whatsapp/conversions";
const post = (prefer: string, body: object = aConversion(accountId)) => api.call("POST", CONVERSIONS, body, { prefer });

/** Waits until the event of a body is stored, then ends its turn as a worker would. */
async function endTurn({ eventId }: { eventId: string }, outcome: DeliveryOutcome, attempt = anAttempt()) {
  const row = await vi.waitFor(async () => {
    const found = await api.mongo.native.events.findOne({ eventId });
    expect(found).not.toBeNull();
    return found;
  });
  const ref = { id: row?._id ?? "", generation: 0 };
  await api.ledger.settle(ref, { outcome, attempt, click: null });
}

const DELIVERED: DeliveryOutcome = { status: "delivered", reason: null };

describe("a request that waits", () => {
  test("is answered 200 in the words of a synchronous API once Meta has counted the event", async () => {
    const body = aConversion(accountId);
    const waiting = post("wait=20", body);
    await endTurn(body, DELIVERED, anAttempt({ outcome: "delivered", reason: null, traceId: "AbC", code: null }));
    const answer = await waiting;
    expect([answer.statusCode, answer.headers["preference-applied"]]).toEqual([200, "wait=20"]);
    expect(answer.json()).toEqual({
      platform: "metaads",
      eventsReceived: 1,
      eventsFailed: 0,
      failures: [],
      traceId: "AbC",
      id: expect.stringMatching(/^e/),
      eventId: body.eventId,
      status: "delivered",
      reason: null,
      duplicate: false,
      expiresAt: expect.any(String),
    });
    expect(() => ConversionEnding.parse(answer.json())).not.toThrow();
  });

  test.each<[string, DeliveryOutcome, Parameters<typeof anAttempt>[0], number | string]>([
    [
      "Meta's subcode",
      { status: "rejected", reason: "meta_invalid_event_type" },
      { code: 100, subcode: 2804066 },
      2804066,
    ],
    ["Meta's code", { status: "failed", reason: "meta_unknown_error" }, { code: 1, subcode: null }, 1],
    ["our reason", { status: "skipped", reason: "ambiguous_contact" }, { code: 2, subcode: 3 }, "ambiguous_contact"],
  ])("hears of an event that was not counted why, with %s", async (_, outcome, attempt, code) => {
    const body = aConversion(accountId);
    const waiting = post("wait=20", body);
    await endTurn(body, outcome, anAttempt(attempt));
    const answer = await waiting;
    expect(answer.statusCode).toBe(200);
    const { reason, status } = outcome;
    const message = expect.stringMatching(/\w+ .*\./);
    expect(answer.json()).toMatchObject({
      ...{ eventsReceived: 0, eventsFailed: 1, status, reason },
      failures: [{ eventIndex: 0, eventId: body.eventId, message, code }],
    });
  });

  test("and repeats a conversion hears the ending of the first one", async () => {
    const body = aConversion(accountId);
    await post("wait=0", body);
    const waiting = post("wait=20", body);
    await endTurn(body, DELIVERED);
    expect((await waiting).json()).toMatchObject({ duplicate: true, eventsReceived: 1, status: "delivered" });
    const again = await post("wait=20", body);
    expect([again.statusCode, again.json()]).toMatchObject([200, { duplicate: true, eventsReceived: 1 }]);
  });

  test.each<[EventStatus, DeliveryOutcome]>([
    ["waiting_click", { status: "waiting_click", reason: "no_click_yet", dueAt: new Date(Date.now() + 60_000) }],
    ["held", { status: "held", reason: "paused_by_operator" }],
    ["outcome_unknown", { status: "outcome_unknown", reason: "no_clear_answer" }],
  ])("does not wait for what rests: %s is answered 202 with that status", async (status, outcome) => {
    const body = aConversion(accountId);
    const waiting = post("wait=30", body);
    await endTurn(body, outcome);
    const answer = await waiting;
    expect([answer.statusCode, answer.json()]).toMatchObject([202, { status, duplicate: false }]);
    expect(answer.json()).not.toHaveProperty("platform");
  });

  test("is answered 202 when the time is up, a repeat too, and 200 then always tells an ending", async () => {
    const body = aConversion(accountId);
    for (const duplicate of [false, true]) {
      const answer = await post("wait=1", body);
      expect([answer.statusCode, answer.headers["preference-applied"]]).toEqual([202, "wait=1"]);
      expect(answer.json()).toMatchObject({ status: "queued", duplicate });
      expect(answer.json()).not.toHaveProperty("platform");
    }
  });

  test("for no time, or for nonsense, does not wait", async () => {
    const body = aConversion(accountId);
    const answers = [await post("wait=0", body), await post("wait=soon", body), await post("wait=0", body)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 200, 200]);
    expect(answers.map(({ headers }) => headers["preference-applied"])).toEqual(["wait=0", undefined, "wait=0"]);
  });
});

describe("a key with a default wait", () => {
  test("waits without being asked, and does not when told so", async () => {
    const { secret } = await api.apiKey({ scopes: ["send"], defaultWaitSeconds: 20 });
    const authorization = `Bearer ${secret}`;
    const body = aConversion(accountId);
    const waiting = api.call("POST", CONVERSIONS, body, { authorization });
    await endTurn(body, DELIVERED);
    const answer = await waiting;
    expect([answer.statusCode, answer.headers["preference-applied"]]).toEqual([200, undefined]);
    expect(answer.json()).toMatchObject({ platform: "metaads", eventsReceived: 1 });
    const another = aConversion(accountId);
    const unwaiting = await api.call("POST", CONVERSIONS, another, { authorization, prefer: "wait=0" });
    expect([unwaiting.statusCode, unwaiting.headers["preference-applied"]]).toEqual([202, "wait=0"]);
  });
});

/** A connection of its own that tells how often it looked for events. */
async function countingLooks() {
  const mongo = await new MongoConnection(`${api.uri}${api.uri.includes("?") ? "&" : "?"}monitorCommands=true`, {
    appName: "test",
  }).connected();
  onTestFinished(() => mongo.close());
  const looks: number[] = [];
  mongo.collections.events.db.getClient().on("commandStarted", ({ commandName, command }) => {
    if (commandName === "find" && command["find"] === "events") looks.push(command["filter"]._id.$in.length);
  });
  const progress = new EventProgress(mongo);
  return { looks, look: (ids: readonly string[]) => progress.look(ids) };
}

async function openWaiting(waitingRoom: WaitingRoom) {
  const other = await openApi({ waitingRoom });
  onTestFinished(() => other.close());
  await vi.waitFor(() => other.queue.ping());
  const { id } = await other.account();
  return { ...other, accountId: id };
}

const NEVER = new AbortController().signal;

describe("the waiting room", () => {
  test("looks for all together, and only while somebody waits", async () => {
    const { looks, look } = await countingLooks();
    const room = new WaitingRoom({ look, onTrouble: () => {} });
    const bodies = Array.from({ length: 600 }, () => aConversion(accountId));
    const receipts = await Promise.all(bodies.map((body) => api.call("POST", CONVERSIONS, body)));
    const ids = receipts.map((receipt) => receipt.json().id as string);

    const startedAt = Date.now();
    const waiting = ids.map((id) => room.wait(id, 20_000, NEVER));
    const kinds = Promise.all(waiting).then((waited) => waited.map(({ kind }) => kind));
    await vi.waitFor(() => expect(looks.length).toBeGreaterThanOrEqual(3));
    await Promise.all(
      ids.map((id) => api.ledger.settle({ id, generation: 0 }, { outcome: DELIVERED, attempt: null, click: null })),
    );
    expect((await kinds).filter((kind) => kind === "ended")).toHaveLength(500);
    expect((await kinds).slice(500)).toEqual(Array(100).fill("no_room"));
    // Ten a second at most, each for everybody who was still there.
    const elapsed = Date.now() - startedAt;
    expect(looks.length).toBeLessThanOrEqual(elapsed / 100 + 1);
    expect(looks[0]).toBe(500);
    expect(room.size).toBe(0);

    const before = looks.length;
    await room.wait(ids[0] ?? "", 20_000, NEVER);
    expect(looks.slice(before)).toEqual([1]);
  });

  test("lets nobody in beyond 500, and the answer says so in a warning", async () => {
    const room = new WaitingRoom({ look: async () => new Map(), onTrouble: () => {} });
    const full = Array.from({ length: 500 }, (_, index) => room.wait(`e${index}`, 20_000, NEVER));
    const crowded = await openWaiting(room);
    const answer = await crowded.call("POST", CONVERSIONS, aConversion(crowded.accountId), { prefer: "wait=20" });
    expect([answer.statusCode, answer.headers["preference-applied"]]).toEqual([202, undefined]);
    expect(answer.json().warnings).toEqual([expect.stringMatching(/^Too many requests wait/)]);
    room.close();
    await Promise.all(full);
  });

  test("asks once for an event that several wait for", async () => {
    const asked: (readonly string[])[] = [];
    const ended: Progress = { status: "delivered", reason: null, sandbox: true, attempts: [] };
    const look = async (ids: readonly string[]) => {
      asked.push(ids);
      return new Map([["e1", ended]]);
    };
    const room = new WaitingRoom({ look, onTrouble: () => {}, lookEveryMs: 1 });
    const waited = await Promise.all([room.wait("e1", 20_000, NEVER), room.wait("e1", 20_000, NEVER)]);
    expect(waited.map(({ kind }) => kind)).toEqual(["ended", "ended"]);
    expect(asked).toEqual([["e1"]]);
  });

  test("lets everybody go with a 202 when the database is away: the event is stored", async () => {
    const troubles: unknown[] = [];
    const look = () => Promise.reject(new StorageUnavailable(new Error("away")));
    const away = await openWaiting(new WaitingRoom({ look, onTrouble: (error) => void troubles.push(error) }));
    const answer = await away.call("POST", CONVERSIONS, aConversion(away.accountId), { prefer: "wait=30" });
    expect([answer.statusCode, answer.headers["preference-applied"]]).toEqual([202, undefined]);
    expect(answer.json()).toMatchObject({ status: "queued" });
    expect(troubles).toHaveLength(1);
  });

  test("lets everybody go at once with a 202 when the process stops", async () => {
    const room = new WaitingRoom({ look: async () => new Map(), onTrouble: () => {} });
    const stopping = await openApi({ waitingRoom: room });
    await vi.waitFor(() => stopping.queue.ping());
    const { id } = await stopping.account();
    const waiting = stopping.call("POST", CONVERSIONS, aConversion(id), { prefer: "wait=30" });
    await vi.waitFor(() => expect(room.size).toBe(1));
    const startedAt = Date.now();
    await stopping.close();
    expect((await waiting).statusCode).toBe(202);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await room.wait("e1", 30_000, NEVER)).toEqual({ kind: "broken_off", progress: null });
  });

  test("forgets a caller whose connection has closed", async () => {
    const room = new WaitingRoom({ look: async () => new Map(), onTrouble: () => {} });
    const open = await openWaiting(room);
    await open.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = open.app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const body = JSON.stringify(aConversion(open.accountId));
    socket.write(
      `POST ${CONVERSIONS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_KEY}\r\nprefer: wait=30\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await vi.waitFor(() => expect(room.size).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(room.size).toBe(0));
  });

  test("does not take in a caller who had gone before", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const [, response] = (await once(server, "request")) as [IncomingMessage, ServerResponse];
    expect(callerGone(response).aborted).toBe(false);
    socket.destroy();
    await once(response, "close");
    expect(callerGone(response).aborted).toBe(true);
  });
});
