import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { addressKey } from "../src/access/address-key.ts";
import type { RequestLimits } from "../src/access/request-limits.ts";
import { API_KEY, aConversion, openApi } from "./an-api.ts";

const NO_LIMITS: RequestLimits = { perKey: 0, perAddress: 0, failuresPerAddress: 0 };
/** Long before guessing is allowed again. */
const AFTER_A_KEY_IS_STALE_MS = 10_000;
const WRONG_KEY = "wrong-0123456789-0123456789-0123456789";

async function anApiWith(limits: Partial<RequestLimits>, trustProxy: readonly string[] = []) {
  const api = await openApi({ requestLimits: { ...NO_LIMITS, ...limits }, trustProxy });
  onTestFinished(() => api.close());
  await vi.waitFor(() => api.queue.ping());
  const ask = (key: string | null, more: InjectOptions = {}) =>
    api.app.inject({
      method: "GET",
      url: "/v1/whatsapp/conversions/e1",
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      ...more,
    });
  return { ...api, ask };
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof anApiWith>>["ask"]>>;
const told = ({ statusCode, headers }: Answer) => [
  statusCode,
  headers["x-ratelimit-limit"],
  headers["x-ratelimit-remaining"],
];

describe("a key", () => {
  test("may send as often as the installation says, and hears what is left; then 429 and when to come again", async () => {
    const api = await anApiWith({ perKey: 2 });
    const [one, other] = [await api.apiKey({ scopes: ["read"] }), await api.apiKey({ scopes: ["read"] })];
    const answers = [await api.ask(one.secret), await api.ask(one.secret), await api.ask(one.secret)];
    expect(answers.map(told)).toEqual([
      [404, "2", "1"],
      [404, "2", "0"],
      [429, "2", "0"],
    ]);
    const refused = answers[2] as Answer;
    expect(refused.json()).toMatchObject({ code: "rate_limited", type: "rate_limit_error", param: null });
    for (const header of ["retry-after", "x-ratelimit-reset"]) {
      expect(Number(refused.headers[header])).toBeGreaterThan(0);
      expect(Number(refused.headers[header])).toBeLessThanOrEqual(60);
    }
    expect((await api.ask(other.secret)).statusCode).toBe(404);
  });

  test("with a limit of its own has that one", async () => {
    const api = await anApiWith({ perKey: 1 });
    const { secret } = await api.apiKey({ scopes: ["read"], requestsPerMinute: 3 });
    const answers = [await api.ask(secret), await api.ask(secret), await api.ask(secret), await api.ask(secret)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 429]);
  });

  test("is counted from all addresses together, also when it lacks the scope", async () => {
    const api = await anApiWith({ perKey: 2 });
    const { secret } = await api.apiKey({ scopes: ["send"] });
    const from = (remoteAddress: string) => api.ask(secret, { remoteAddress });
    const answers = [await from("10.0.0.1"), await from("10.0.0.2"), await from("10.0.0.3")];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 429]);
  });

  test("sends a whole batch as one request", async () => {
    const api = await anApiWith({ perKey: 2 });
    const { id } = await api.account();
    const { secret } = await api.apiKey();
    const batch = () => {
      const events = Array.from({ length: 50 }, () => aConversion(id));
      return api.callWith(secret, "POST", "/v1/whatsapp/conversions/batch", { events });
    };
    expect([await batch(), await batch(), await batch()].map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
  });

  test("that is the root key has no limit of its own", async () => {
    const api = await anApiWith({ perKey: 1 });
    for (const _again of [1, 2, 3]) expect(told(await api.ask(API_KEY))).toEqual([404, undefined, undefined]);
  });
});

describe("an address", () => {
  test("is counted whatever it sends, webhooks included, and health checks are not", async () => {
    const api = await anApiWith({ perAddress: 3 });
    const get = (url: string) => api.app.inject({ method: "GET", url });
    for (const _again of [1, 2, 3, 4]) expect((await get("/health/live")).statusCode).toBe(200);
    const answers = [await api.ask(API_KEY), await get("/nowhere"), await get("/v1/webhooks/whatsapp")];
    expect(answers.map(told)).toEqual([
      [404, "3", "2"],
      [404, "3", "1"],
      [400, "3", "0"],
    ]);
    for (const refused of [await api.ask(API_KEY), await get("/nowhere"), await get("/v1/webhooks/whatsapp")]) {
      expect([refused.statusCode, refused.json().code]).toEqual([429, "rate_limited"]);
    }
    expect((await get("/health/ready")).statusCode).toBe(200);
    expect((await api.ask(API_KEY, { remoteAddress: "10.0.0.9" })).statusCode).toBe(404);
  });

  test.each([
    [["127.0.0.1"], [404, 404]],
    [[], [404, 429]],
  ])("is what a proxy of %j says it is, and nobody else", async (trustProxy, statuses) => {
    const api = await anApiWith({ perAddress: 1 }, trustProxy);
    const forwarded = (address: string) =>
      api.ask(API_KEY, { headers: { authorization: `Bearer ${API_KEY}`, "x-forwarded-for": address } });
    const answers = [await forwarded("203.0.113.1"), await forwarded("203.0.113.2")];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(statuses);
  });
});

describe("an address that sends wrong keys", () => {
  test("is stopped before it hits the right one, and no other address with it", async () => {
    const api = await anApiWith({ failuresPerAddress: 3 });
    const { secret } = await api.apiKey({ scopes: ["read"] });
    const guesses = [WRONG_KEY, `${secret.slice(0, -1)}?`, `crk_${"0".repeat(49)}`];
    for (const guess of guesses) expect((await api.ask(guess)).statusCode).toBe(401);
    for (const key of [WRONG_KEY, secret, API_KEY]) {
      const stopped = await api.ask(key);
      expect([stopped.statusCode, stopped.json().code]).toEqual([429, "rate_limited"]);
      expect(Number(stopped.headers["retry-after"])).toBeGreaterThan(0);
    }
    for (const key of [secret, API_KEY]) {
      expect((await api.ask(key, { remoteAddress: "10.0.0.9" })).statusCode).toBe(404);
    }
  });

  test("does not stop a neighbour's key that is in use at that moment", async () => {
    const api = await anApiWith({ failuresPerAddress: 2 });
    const { secret } = await api.apiKey({ scopes: ["read"] });
    expect((await api.ask(secret)).statusCode).toBe(404);
    for (const status of [401, 401, 429]) expect((await api.ask(WRONG_KEY)).statusCode).toBe(status);
    expect((await api.ask(secret)).statusCode).toBe(404);

    const realNow = Date.now;
    const later = vi.spyOn(Date, "now").mockImplementation(() => realNow() + AFTER_A_KEY_IS_STALE_MS);
    onTestFinished(() => later.mockRestore());
    expect((await api.ask(WRONG_KEY)).statusCode).toBe(429);
    expect((await api.ask(secret)).statusCode).toBe(404);
  });

  test("is not one that sends right keys, or none", async () => {
    const api = await anApiWith({ failuresPerAddress: 2 });
    for (const _again of [1, 2, 3, 4]) {
      expect((await api.ask(API_KEY)).statusCode).toBe(404);
      expect((await api.ask(null)).statusCode).toBe(401);
    }
    expect((await api.ask(WRONG_KEY)).statusCode).toBe(401);
  });
});

describe("addresses", () => {
  const part = fc.integer({ min: 0, max: 0xffff });
  const parts = fc.array(part, { minLength: 3, maxLength: 3 });
  const rest = fc.array(part, { minLength: 4, maxLength: 4 });
  const written = (...groups: number[]) => [0x2001, ...groups].map((group) => group.toString(16)).join(":");

  test("of IPv6 count as one exactly when they are of one /64 network", () => {
    fc.assert(
      fc.property(parts, parts, rest, rest, (network, another, host, neighbour) => {
        const one = addressKey(written(...network, ...host));
        expect(addressKey(written(...network, ...neighbour))).toBe(one);
        const isSame = network.every((group, at) => group === another[at]);
        expect(addressKey(written(...another, ...host)) === one).toBe(isSame);
      }),
    );
  });

  test("of IPv4 count each by itself, also when they come in the clothes of IPv6", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        expect(addressKey(`::ffff:${one}`)).toBe(addressKey(one));
        expect(addressKey(one) === addressKey(other)).toBe(one === other);
      }),
    );
  });
});
