import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ConflictLimits } from "../src/access/conflict-limits.ts";
import { aConversion, openApi } from "./an-api.ts";

const HOUR_MS = 3_600_000;
const CONVERSIONS = "/v1/whatsapp/conversions";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
});

afterAll(() => api.close());

/** A conversion of somebody's, and the numbers a stranger tries for it; the right one is the last. */
async function aTarget() {
  const phones = Array.from({ length: 30 }, (_, at) => String(5_511_900_000_000 + at));
  const of = (phoneE164 = "") => aConversion(accountId, { eventId, bsuid: undefined, phoneE164 });
  const eventId = `order-${randomUUID()}`;
  expect((await api.call("POST", CONVERSIONS, of(phones.at(-1)))).statusCode).toBe(202);
  return { guesses: phones.map(of), right: of(phones.at(-1)) };
}

describe("whoever guesses whose conversion it is", () => {
  test("hears nothing more after 20 wrong guesses, not even of the right one; others go on", async () => {
    const { guesses, right } = await aTarget();
    const { secret } = await api.apiKey();
    const statuses: number[] = [];
    for (const guess of guesses) statuses.push((await api.callWith(secret, "POST", CONVERSIONS, guess)).statusCode);
    expect(statuses).toEqual([...Array(20).fill(409), ...Array(10).fill(429)]);
    const refused = await api.callWith(secret, "POST", CONVERSIONS, right);
    expect(refused.json()).toMatchObject({ code: "rate_limited", type: "rate_limit_error" });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(3_500);
    const other = await api.apiKey();
    expect((await api.callWith(other.secret, "POST", CONVERSIONS, right)).statusCode).toBe(200);
    expect((await api.callWith(secret, "POST", CONVERSIONS, aConversion(accountId))).statusCode).toBe(202);
  });

  test("gains nothing by a batch, whose guesses are all under way at once", async () => {
    const { guesses } = await aTarget();
    const { secret } = await api.apiKey();
    const answer = await api.callWith(secret, "POST", `${CONVERSIONS}/batch`, { events: guesses });
    const codes = answer.json().results.map(({ error }: { error?: { code: string } }) => error?.code);
    expect(codes).toEqual([...Array(20).fill("event_id_conflict"), ...Array(10).fill("rate_limited")]);
    expect(answer.json().results.at(-1).error.retryable).toBe(true);
  });

  test("gains nothing by checks, which count with the rest", async () => {
    const { guesses, right } = await aTarget();
    const { secret } = await api.apiKey();
    const check = (body: object) => api.callWith(secret, "POST", `${CONVERSIONS}/check`, body);
    for (const guess of guesses.slice(0, 10)) await api.callWith(secret, "POST", CONVERSIONS, guess);
    for (const guess of guesses.slice(10, 20)) expect((await check(guess)).statusCode).toBe(200);
    expect((await check(right)).statusCode).toBe(429);
  });
});

describe("the count of conflicts", () => {
  test("begins anew an hour after the first, and not with each", () => {
    let now = 0;
    const watch = new ConflictLimits(() => new Date(now)).of("key");
    for (let count = 0; count < 20; count += 1) {
      now = count * 60_000;
      expect(watch.refusal("event")).toBeNull();
      watch.conflicted("event");
    }
    now = HOUR_MS - 1_000;
    expect(watch.refusal("event")?.retryAfterSeconds).toBe(1);
    now = HOUR_MS;
    expect(watch.refusal("event")).toBeNull();
  });

  test("is each caller's and each event's own", () => {
    const limits = new ConflictLimits(() => new Date(0));
    for (let count = 0; count < 20; count += 1) limits.of("key").conflicted("event");
    expect(limits.of("key").refusal("event")).not.toBeNull();
    expect([limits.of("key").refusal("other"), limits.of("other").refusal("event")]).toEqual([null, null]);
  });
});
