import { StorageUnavailable } from "@capi-relay/storage";
import { judgeApiKeyShape } from "@capi-relay/vault";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;
/** What the API takes for now; moved by tests, back after each. */
let clock = 0;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  api = await openApi({ now: () => new Date(Date.now() + clock) });
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
});

afterAll(() => api.close());

const create = (body: object, secret?: string) => {
  const request = { name: "Order system", scopes: ["send"], accountIds: null, ...body };
  return secret === undefined
    ? api.call("POST", "/v1/api-keys", request)
    : api.callWith(secret, "POST", "/v1/api-keys", request);
};
const rotate = (id: string, body?: object) => api.call("POST", `/v1/api-keys/${id}/rotate`, body);
const revoke = (id: string) => api.call("DELETE", `/v1/api-keys/${id}`);
/** Does not wait as the key may say: nothing comes to an end here. */
const sendWith = (secret: string) => {
  const headers = { authorization: `Bearer ${secret}`, prefer: "wait=0" };
  return api.call("POST", "/v1/whatsapp/conversions", aConversion(accountId), headers);
};
const after = async <Result>(ms: number, act: () => Promise<Result>): Promise<Result> => {
  clock = ms;
  try {
    return await act();
  } finally {
    clock = 0;
  }
};

describe("a new key", () => {
  test("is shown with its secret once, works at once, and is stored as a hash", async () => {
    const created = await create({ accountIds: [accountId], defaultWaitSeconds: 5, requestsPerMinute: 600 });
    const { secret, ...shown } = created.json();
    expect([created.statusCode, created.headers["cache-control"]]).toEqual([201, "no-store"]);
    expect(judgeApiKeyShape(secret)).toBe("whole");
    expect(shown).toEqual({
      id: expect.stringMatching(/^key_[A-Za-z0-9]{12}$/),
      name: "Order system",
      prefix: secret.slice(0, 12),
      scopes: ["send"],
      accountIds: [accountId],
      defaultWaitSeconds: 5,
      requestsPerMinute: 600,
      expiresAt: null,
      createdAt: expect.any(String),
      createdBy: "root",
      lastUsedAt: null,
      revokedAt: null,
    });
    expect((await sendWith(secret)).statusCode).toBe(202);
    const listed = await api.call("GET", "/v1/api-keys");
    expect(listed.json().apiKeys).toContainEqual(shown);
    const row = await api.mongo.collections.apiKeys.findById(shown.id).lean();
    for (const place of [listed.body, JSON.stringify(row), ...api.logLines]) expect(place).not.toContain(secret);
    expect(listed.body).not.toContain(row?.hash);
  });

  test("and what becomes of it stand in the audit trail with the name of the key that did it", async () => {
    const boss = await api.apiKey({ name: "Ana's key", scopes: ["admin"] });
    const { id } = (await create({}, boss.secret)).json();
    const successor = (await api.callWith(boss.secret, "POST", `/v1/api-keys/${id}/rotate`, {})).json();
    for (const _again of [1, 2]) await api.callWith(boss.secret, "DELETE", `/v1/api-keys/${id}`);
    const who = `Ana's key (${boss.id})`;
    expect((await api.audit.of(id, 10)).reverse()).toMatchObject([
      { who, action: "api_key_created", detail: "" },
      { who, action: "api_key_rotated", detail: successor.id },
      { who, action: "api_key_revoked", detail: "" },
    ]);
    expect((await api.audit.of(boss.id, 10)).map((entry) => entry.who)).toEqual(["root key"]);
  });

  test.each<[string, string, object]>([
    ["missing_field", "accountIds", { accountIds: undefined }],
    ["missing_field", "scopes", { scopes: undefined }],
    ["invalid_value", "scopes", { scopes: [] }],
    ["invalid_value", "scopes.0", { scopes: ["root"] }],
    ["invalid_value", "accountIds", { accountIds: [] }],
    ["invalid_value", "accountIds.0", { accountIds: ["a/b"] }],
    ["invalid_value", "defaultWaitSeconds", { defaultWaitSeconds: 31 }],
    ["invalid_value", "requestsPerMinute", { requestsPerMinute: 0 }],
    ["invalid_value", "expiresAt", { expiresAt: "tomorrow" }],
    ["invalid_value", "expiresAt", { expiresAt: "2020-01-01T00:00:00Z" }],
    ["unknown_field", "secret", { secret: "of-my-own-0123456789-0123456789-0123" }],
    ["account_not_found", "accountIds.0", { accountIds: ["no-such-shop"] }],
  ])("is refused with %s about %s for %j", async (code, param, body) => {
    const refused = await create(body);
    expect([refused.json().code, refused.json().param]).toEqual([code, param]);
  });
});

test("a key tells when it was used last, and not that it was tried in vain", async () => {
  const [used, idle, revoked] = [await api.apiKey(), await api.apiKey(), await api.apiKey()];
  await revoke(revoked.id);
  const before = Date.now();
  expect((await sendWith(used.secret)).statusCode).toBe(202);
  expect((await sendWith(revoked.secret)).statusCode).toBe(401);
  await api.keyUses.write();
  const { apiKeys } = (await api.call("GET", "/v1/api-keys")).json();
  const lastUse = ({ id }: { id: string }) => apiKeys.find((key: { id: string }) => key.id === id).lastUsedAt;
  expect(Date.parse(lastUse(used))).toBeGreaterThanOrEqual(before);
  expect([lastUse(idle), lastUse(revoked)]).toEqual([null, null]);
});

describe("a key makes no key that may do more than itself:", () => {
  test("one bound to accounts none for all of them", async () => {
    const bound = await api.apiKey({ scopes: ["admin"], accountIds: [accountId] });
    const refused = await create({ accountIds: null }, bound.secret);
    expect([refused.statusCode, refused.json().code]).toEqual([403, "key_bound_to_accounts"]);
    const made = await create({ accountIds: [accountId, accountId], scopes: ["admin", "admin"] }, bound.secret);
    expect(made.json()).toMatchObject({ accountIds: [accountId], scopes: ["admin"], createdBy: bound.id });
  });

  test("one that expires none that outlives it, by creation or rotation", async () => {
    const soon = new Date(Date.now() + HOUR_MS).toISOString();
    const later = new Date(Date.now() + 2 * HOUR_MS).toISOString();
    const sooner = new Date(Date.now() + HOUR_MS / 2).toISOString();
    const maker = await api.apiKey({ scopes: ["admin"], expiresAt: soon });
    const eternal = await api.apiKey();
    const made = [
      await create({ expiresAt: later }, maker.secret),
      await create({}, maker.secret),
      await create({ expiresAt: sooner }, maker.secret),
      await api.callWith(maker.secret, "POST", `/v1/api-keys/${eternal.id}/rotate`),
    ];
    expect(made.map((answer) => answer.json().expiresAt)).toEqual([soon, soon, sooner, soon]);
  });
});

describe("a rotated key", () => {
  test.each([
    [undefined, 24],
    [{ overlapHours: 2 }, 2],
  ])("goes on for the overlap of %j, and its successor may do the same for good", async (body, hours) => {
    const old = await api.apiKey({ accountIds: [accountId], defaultWaitSeconds: 3, requestsPerMinute: 500 });
    expect((await sendWith(old.secret)).statusCode).toBe(202);
    const answer = await rotate(old.id, body);
    const successor = answer.json();
    expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([201, "no-store"]);
    expect(successor).toMatchObject({ scopes: ["send"], accountIds: [accountId], expiresAt: null });
    expect(successor).toMatchObject({ defaultWaitSeconds: 3, requestsPerMinute: 500, revokedAt: null });
    for (const { secret } of [old, successor]) expect((await sendWith(secret)).statusCode).toBe(202);
    await after(hours * HOUR_MS - 60_000, async () => expect((await sendWith(old.secret)).statusCode).toBe(202));
    await after(hours * HOUR_MS + 60_000, async () => {
      expect((await sendWith(old.secret)).json().code).toBe("api_key_expired");
      expect((await sendWith(successor.secret)).statusCode).toBe(202);
    });
  });

  test("without an overlap ends at once", async () => {
    const old = await api.apiKey();
    expect((await sendWith(old.secret)).statusCode).toBe(202);
    await rotate(old.id, { overlapHours: 0 });
    expect((await sendWith(old.secret)).json().code).toBe("api_key_expired");
  });

  test("ends no later than it would have without", async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS);
    const old = await api.apiKey({ expiresAt: expiresAt.toISOString() });
    const successor = (await rotate(old.id)).json();
    expect(successor.expiresAt).toBe(expiresAt.toISOString());
    expect((await api.apiKeyStore.find(old.id))?.expiresAt).toEqual(expiresAt);
  });

  test("may be replaced once more when the answer was lost: this successor lasts as long as the first", async () => {
    const inAWeek = new Date(Date.now() + 168 * HOUR_MS).toISOString();
    for (const expiresAt of [null, inAWeek]) {
      const old = await api.apiKey({ expiresAt });
      const successors = [await rotate(old.id), await rotate(old.id), await rotate(old.id, { overlapHours: 1 })];
      expect(successors.map((answer) => answer.json().expiresAt)).toEqual([expiresAt, expiresAt, expiresAt]);
      expect(successors[0]?.json()).not.toHaveProperty("unreplacedExpiresAt");
      await after(2 * HOUR_MS, async () => expect((await sendWith(old.secret)).json().code).toBe("api_key_expired"));
    }
  });

  test("cannot replace itself by one that outlives the overlap", async () => {
    const boss = await api.apiKey({ scopes: ["admin"] });
    await rotate(boss.id, { overlapHours: 1 });
    const own = (await api.callWith(boss.secret, "POST", `/v1/api-keys/${boss.id}/rotate`)).json();
    expect(Date.parse(own.expiresAt)).toBeLessThanOrEqual(Date.now() + HOUR_MS);
  });

  test("must not have ended before, and the overlap must be one", async () => {
    const revoked = await api.apiKey();
    await revoke(revoked.id);
    expect((await rotate(revoked.id)).json()).toMatchObject({ code: "api_key_ended", type: "conflict_error" });
    const expired = await api.apiKey({ expiresAt: new Date(Date.now() + HOUR_MS).toISOString() });
    await after(2 * HOUR_MS, async () => expect((await rotate(expired.id)).json().code).toBe("api_key_ended"));
    for (const overlapHours of [-1, 169, "24"]) {
      const refused = await rotate(expired.id, { overlapHours });
      expect([refused.json().code, refused.json().param]).toEqual(["invalid_value", "overlapHours"]);
    }
  });
});

describe("a revoked key", () => {
  test("stops at once where it was revoked; revoking it again changes nothing, and neither of nobody's", async () => {
    const { id, secret } = await api.apiKey();
    expect((await sendWith(secret)).statusCode).toBe(202);
    const [first, again] = [await revoke(id), await revoke(id)];
    expect([first.statusCode, first.body, again.statusCode]).toEqual([204, "", 204]);
    const refused = await sendWith(secret);
    const unknown = await sendWith(`crk_${"0".repeat(49)}`);
    expect([refused.statusCode, refused.json().code]).toEqual([401, "api_key_invalid"]);
    expect(unknown.json().code).toBe("api_key_invalid");
    expect((await revoke("key_nosuchkey")).json().code).toBe("api_key_not_found");
  });

  test("is revoked also by a client that announces JSON and sends none", async () => {
    const { id } = await api.apiKey();
    const headers = { "content-type": "application/json" };
    expect((await api.call("DELETE", `/v1/api-keys/${id}`, undefined, headers)).statusCode).toBe(204);
    expect((await api.call("POST", `/v1/api-keys/${id}/rotate`, undefined, headers)).json().code).toBe("api_key_ended");
  });

  test("stops within 5 seconds in every other process", async () => {
    const { id, secret } = await api.apiKey();
    expect((await sendWith(secret)).statusCode).toBe(202);
    const revokedAt = Date.now();
    await api.apiKeyStore.revoke(id, new Date());
    expect((await sendWith(secret)).statusCode).toBe(202);
    await vi.waitFor(async () => expect((await sendWith(secret)).statusCode).toBe(401), { timeout: 6_000 });
    expect(Date.now() - revokedAt).toBeLessThan(5_000);
  });

  test("that has expired too is unknown to its finder", async () => {
    const { id, secret } = await api.apiKey({ expiresAt: new Date(Date.now() + HOUR_MS).toISOString() });
    await revoke(id);
    await after(2 * HOUR_MS, async () => expect((await sendWith(secret)).json().code).toBe("api_key_invalid"));
  });
});

test("while the database is away a key just used and the root key pass, and one that would have to be looked up is asked to come again", async () => {
  const { secret } = await api.apiKey({ scopes: ["send", "read"] });
  const stranger = await api.apiKey({ scopes: ["read"] });
  const read = (key: string) => api.callWith(key, "GET", "/v1/whatsapp/conversions/e1");
  expect((await read(secret)).statusCode).toBe(404);
  const away = vi.spyOn(api.apiKeyStore, "findByHash").mockRejectedValue(new StorageUnavailable(new Error("away")));
  expect((await read(secret)).statusCode).toBe(404);
  expect((await api.call("GET", "/v1/whatsapp/conversions/e1")).statusCode).toBe(404);
  const refused = await read(stranger.secret);
  expect([refused.statusCode, refused.json().code, refused.headers["retry-after"]]).toEqual([
    503,
    "storage_unavailable",
    "5",
  ]);
  // It is not known whether the key still stands, so it passes no longer than an answer about it counts.
  await vi.waitFor(async () => expect((await read(secret)).statusCode).toBe(503), { timeout: 6_000 });
  away.mockRestore();
  expect((await read(secret)).statusCode).toBe(404);
});
