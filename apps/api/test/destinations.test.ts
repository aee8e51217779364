import type { GraphAnswer } from "@capi-relay/domain";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { aConversion, NO_META, openApi } from "./an-api.ts";

const refusal = (code: number, subcode: number | null = null): GraphAnswer => ({
  kind: "refused",
  httpStatus: 400,
  error: { code, subcode, isTransient: false, traceId: "T1", title: null, message: null },
  waitMs: null,
});
const WIRED = refusal(100, 2_804_087);
const TOKEN_IS_BAD = refusal(190);

const postEvents = vi.fn(async (_request: { body: object }): Promise<GraphAnswer> => WIRED);
let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi({ graph: { ...NO_META, postEvents } });
});

beforeEach(() => {
  postEvents.mockReset().mockResolvedValue(WIRED);
});
afterAll(() => api.close());

const act = (id: string, what: "pause" | "resume" | "probe") => api.call("POST", `/v1/accounts/${id}/${what}`);
const stateOf = async (id: string) => (await api.accountStore.find(id))?.state;

async function pausedByMeta() {
  const { id } = await api.account();
  const account = await api.accountStore.find(id);
  if (account === null) throw new Error("the account is gone");
  await api.accountStore.pause(account, "meta_token_invalid", new Date());
  return account;
}

describe("an operator", () => {
  test("pauses and resumes an account, and both are noted", async () => {
    const { id } = await api.account();
    expect((await act(id, "pause")).json()).toMatchObject({ state: "paused", pausedReason: "paused_by_operator" });
    expect((await act(id, "resume")).json()).toMatchObject({ state: "active", pausedReason: null });
    expect((await api.audit.of(id, 2)).map(({ action }) => action)).toEqual(["account_resumed", "account_paused"]);
  });

  test("tries an account out with a click that cannot exist, and learns what Meta makes of it", async () => {
    const { id } = await api.account();
    const answer = await act(id, "probe");
    expect(answer.json()).toMatchObject({ verdict: "wired", subcode: 2_804_087, explanation: expect.any(String) });
    expect(JSON.stringify(postEvents.mock.calls[0]?.[0].body)).toContain("ARA-capi-relay-probe-");
    expect((await api.call("GET", `/v1/accounts/${id}`)).json().lastProbe).toMatchObject({ verdict: "wired" });
  });

  test.each<[string, GraphAnswer, string | null]>([
    ["refused", TOKEN_IS_BAD, "meta_token_invalid"],
    ["accepted", { kind: "counted", httpStatus: 200, eventsReceived: 1, traceId: "A", slowDownMs: null }, null],
    ["unclear", { kind: "unclear", httpStatus: null, cause: "timeout" }, null],
  ])("hears of a probe that was %s", async (verdict, answer, reason) => {
    postEvents.mockResolvedValue(answer);
    const { id } = await api.account();
    expect((await act(id, "probe")).json()).toMatchObject({ verdict, reason });
    expect(await stateOf(id)).toBe("active");
  });

  test("is told that a sandbox which takes any click proves nothing about the dataset", async () => {
    postEvents.mockResolvedValue({
      ...{ kind: "counted", httpStatus: 200, eventsReceived: 1, traceId: "A", slowDownMs: null },
    });
    const { id } = await api.account();
    expect((await act(id, "probe")).json().explanation).toMatch(/SANDBOX_STRICT_SEEDING/);
  });

  test("cannot try out an account without a dataset, or one that is not there", async () => {
    const { id } = await api.account({ datasetId: undefined });
    expect((await act(id, "probe")).json().code).toBe("account_not_probed");
    for (const what of ["pause", "resume", "probe"] as const)
      expect((await act("nobody", what)).json().code).toBe("account_not_found");
    expect(postEvents).not.toHaveBeenCalled();
  });
});

describe("an account that Meta asked to slow down", () => {
  const until = new Date(Date.now() + 86_400_000);
  async function throttled() {
    const { id } = await api.account();
    await api.accountStore.throttle({ id, tokenVersion: 1, datasetId: "1234567890" }, until);
    const event = aLedgerEvent({ accountId: id, status: "retry_scheduled", reason: "meta_throttled", dueAt: until });
    await api.ledger.accept(event);
    return { id, event };
  }
  const shown = async (id: string) => (await api.call("GET", `/v1/accounts/${id}`)).json().throttledUntil;

  test("shows until when, and nothing once that has passed", async () => {
    const { id } = await throttled();
    expect(await shown(id)).toBe(until.toISOString());
    const other = await api.account();
    expect(await shown(other.id)).toBeNull();
    await api.accountStore.throttle({ id: other.id, tokenVersion: 1, datasetId: "1234567890" }, new Date());
    expect(await shown(other.id)).toBeNull();
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ["is resumed", (id) => act(id, "resume")],
    ["gets a new token", (id) => api.call("PATCH", `/v1/accounts/${id}`, { accessToken: "another-token-0123456789" })],
  ])("sends what waited when it %s", async (_what, lift) => {
    const { id, event } = await throttled();
    await lift(id);
    expect(await shown(id)).toBeNull();
    expect(await api.ledger.find(event.id)).toMatchObject({ status: "queued", generation: 1 });
  });
});

describe("a new token for an account that Meta's refusal paused", () => {
  const change = (id: string) => api.call("PATCH", `/v1/accounts/${id}`, { accessToken: "another-token-0123456789" });

  test("is tried out, and the account goes on", async () => {
    const { id } = await pausedByMeta();
    expect((await change(id)).json()).toMatchObject({ state: "active", tokenVersion: 2 });
    expect(postEvents).toHaveBeenCalledTimes(1);
  });

  test("that Meta refuses too leaves it paused", async () => {
    postEvents.mockResolvedValue(TOKEN_IS_BAD);
    const { id } = await pausedByMeta();
    expect((await change(id)).json()).toMatchObject({
      state: "paused",
      tokenVersion: 2,
      lastProbe: { verdict: "refused", reason: "meta_token_invalid" },
    });
  });

  test("does not lift an operator's pause, also one that comes while it is tried out", async () => {
    const { id } = await pausedByMeta();
    postEvents.mockImplementation(async () => {
      await api.accountStore.pauseByOperator(id, new Date());
      return WIRED;
    });
    await change(id);
    expect((await change(id)).json()).toMatchObject({ state: "paused", pausedReason: "paused_by_operator" });
    expect(postEvents).toHaveBeenCalledTimes(1);
  });
});

describe("what was held for an account", () => {
  async function held(accountId: string) {
    const event = aLedgerEvent({ accountId, status: "held", reason: "meta_token_invalid" });
    await api.ledger.accept(event);
    return event;
  }
  const standing = async ({ id }: { id: string }) => {
    const event = await api.ledger.find(id);
    return event === null ? null : { status: event.status, job: await api.queue.placeOf(event) };
  };
  const GOES = { status: "queued", job: "underway" };

  test("goes out when it is resumed, once no worker can believe any more that it is paused", async () => {
    const { id } = await pausedByMeta();
    const event = await held(id);
    const before = Date.now();
    expect((await act(id, "resume")).statusCode).toBe(200);
    expect(await standing(event)).toEqual(GOES);
    const waits = Number((await api.ledger.find(event.id))?.dueAt) - before;
    expect(waits).toBeGreaterThanOrEqual(2_000);
    expect(waits).toBeLessThan(10_000);
  });

  test("goes out when a new token mends it, and stays when Meta refuses that, too", async () => {
    const { id } = await pausedByMeta();
    const event = await held(id);
    postEvents.mockResolvedValue(TOKEN_IS_BAD);
    await api.call("PATCH", `/v1/accounts/${id}`, { accessToken: "a-token-0123456789" });
    expect((await standing(event))?.status).toBe("held");
    postEvents.mockResolvedValue(WIRED);
    await api.call("PATCH", `/v1/accounts/${id}`, { accessToken: "another-token-0123456789" });
    expect(await standing(event)).toEqual(GOES);
  });

  test("goes out when it is told its dataset", async () => {
    const { id } = await api.account({ datasetId: undefined });
    const event = await held(id);
    await api.call("PATCH", `/v1/accounts/${id}`, { name: "Another name" });
    expect((await standing(event))?.status).toBe("held");
    await api.call("PATCH", `/v1/accounts/${id}`, { datasetId: "1234567890" });
    expect(await standing(event)).toEqual(GOES);
  });
});

test("a name that Meta switched off is refused at the door until somebody switches it on again", async () => {
  const { id } = await api.account();
  await api.accountStore.switchOffName(id, "1234567890", "LeadSubmitted");
  const post = () => api.call("POST", "/v1/whatsapp/conversions", aConversion(id));
  await vi.waitFor(async () => expect((await post()).json().code).toBe("event_name_switched_off"), { timeout: 10_000 });
  expect((await api.call("PATCH", `/v1/accounts/${id}`, { switchedOffEventNames: [] })).statusCode).toBe(200);
  expect((await post()).statusCode).toBe(202);
});
