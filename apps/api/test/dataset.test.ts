import type { DatasetAnswer } from "@capi-relay/meta";
import { LeaseStore } from "@capi-relay/storage";
import { aLedgerEvent, TOKEN } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openMeta } from "./a-meta.ts";
import { NO_META, openApi } from "./an-api.ts";

let meta: Awaited<ReturnType<typeof openMeta>>;
let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  meta = await openMeta();
  api = await openApi({ graph: meta.graph });
});
beforeEach(() => {
  meta.requests.length = 0;
});
afterAll(async () => {
  await api.close();
  await meta.close();
});

const ROUTE = "/v1/whatsapp/dataset";
const ask = (accountId: string) => api.call("GET", `${ROUTE}?accountId=${accountId}`);
const create = (accountId: string, more: object = {}) => api.call("POST", ROUTE, { accountId, ...more });

/** An account without a dataset, known to Meta unless told otherwise. */
async function bareAccount(datasetId: string | null = null) {
  const account = await api.account({ datasetId: undefined });
  meta.world.putWaba(account.wabaId, { token: TOKEN, datasetId });
  return account;
}

describe("asking for a dataset", () => {
  test("that the account has costs no question to Meta", async () => {
    const { id } = await api.account();
    expect((await ask(id)).json()).toEqual({ datasetId: "1234567890", created: false });
    expect(meta.requests).toEqual([]);
  });

  test("that only Meta knows answers Meta's, and stores nothing", async () => {
    const { id } = await bareAccount("555000111222");
    expect((await ask(id)).json()).toEqual({ datasetId: "555000111222", created: false });
    expect((await api.accountStore.find(id))?.datasetId).toBeNull();
  });

  test("that nobody has answers null", async () => {
    const { id } = await bareAccount();
    expect((await ask(id)).json()).toEqual({ datasetId: null, created: false });
  });

  test("of an account nobody knows is a 404, and without an account a 400", async () => {
    expect((await ask("nobody")).json()).toMatchObject({ code: "account_not_found", param: "accountId" });
    expect((await api.call("GET", ROUTE)).json()).toMatchObject({ code: "missing_field", param: "accountId" });
  });
});

describe("creating a dataset", () => {
  test("sends what was held for want of it", async () => {
    const { id } = await bareAccount();
    const event = aLedgerEvent({ accountId: id, status: "held", reason: "dataset_unknown" });
    await api.ledger.accept(event);
    await create(id);
    expect((await api.ledger.find(event.id))?.status).toBe("queued");
  });

  test("makes one at Meta, stores it, and answers it from then on", async () => {
    const { id, wabaId } = await bareAccount();
    const answer = await create(id, { datasetName: "Shop conversions" });
    const { datasetId } = answer.json();
    expect([answer.statusCode, answer.json()]).toEqual([200, { datasetId, created: true }]);
    expect(meta.world.findWaba(wabaId)?.datasetId).toBe(datasetId);
    expect((await api.call("GET", `/v1/accounts/${id}`)).json().datasetId).toBe(datasetId);
    expect(meta.requests.map(({ call, status }) => `${call} ${status}`)).toEqual(["dataset 200", "dataset 200"]);
    expect((await create(id)).json()).toEqual({ datasetId, created: false });
    expect(meta.requests).toHaveLength(2);
  });

  test("is noted with the key that did it, once, and whether Meta had it", async () => {
    for (const [known, detail] of [
      [null, "created"],
      ["555000111444", "found"],
    ] as const) {
      const { id } = await bareAccount(known);
      const { id: keyId, secret } = await api.apiKey({ name: "Set-up", scopes: ["admin"], accountIds: [id] });
      for (const _time of [1, 2]) await api.callWith(secret, "POST", ROUTE, { accountId: id });
      const noted = (await api.audit.of(id, 10)).filter(({ action }) => action === "dataset_linked");
      expect(noted).toMatchObject([{ who: expect.stringContaining(keyId), detail }]);
    }
  });

  test("of another's account is not possible, and nobody asks Meta about it", async () => {
    const [own, theirs] = [await bareAccount(), await bareAccount("555000111555")];
    const { secret } = await api.apiKey({ scopes: ["admin"], accountIds: [own.id] });
    for (const refused of [
      await api.callWith(secret, "GET", `${ROUTE}?accountId=${theirs.id}`),
      await api.callWith(secret, "POST", ROUTE, { accountId: theirs.id }),
    ])
      expect(refused.json()).toMatchObject({ code: "account_not_found", param: "accountId" });
    expect(meta.requests).toEqual([]);
    expect((await api.accountStore.find(theirs.id))?.datasetId).toBeNull();
  });

  test("takes the one Meta has already", async () => {
    const { id } = await bareAccount("555000111333");
    expect((await create(id)).json()).toEqual({ datasetId: "555000111333", created: false });
    expect((await api.accountStore.find(id))?.datasetId).toBe("555000111333");
  });

  test("asked ten times at once, by two processes, makes one", async () => {
    const { id } = await bareAccount();
    const other = await openApi({
      graph: meta.graph,
      accountStore: api.accountStore,
      leases: new LeaseStore(api.mongo),
    });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? api : other).call("POST", ROUTE, { accountId: id })),
    );
    const bodies = answers.map((answer) => answer.json());
    expect(new Set(bodies.map(({ datasetId }) => datasetId)).size).toBe(1);
    expect(bodies.filter(({ created }) => created)).toHaveLength(1);
    expect(meta.requests).toHaveLength(2);
    await other.close();
  });

  test("never overwrites a dataset that somebody sets by hand meanwhile", async () => {
    const { id } = await api.account({ datasetId: undefined });
    const graph = {
      ...NO_META,
      findDataset: async (): Promise<DatasetAnswer> => ({ kind: "none", httpStatus: 200 }),
      createDataset: async (): Promise<DatasetAnswer> => {
        await api.call("PATCH", `/v1/accounts/${id}`, { datasetId: "777000777000" });
        return { kind: "found", httpStatus: 200, datasetId: "888000888000" };
      },
    };
    const racing = await openApi({ graph, accountStore: api.accountStore });
    expect((await racing.call("POST", ROUTE, { accountId: id })).json()).toEqual({
      datasetId: "777000777000",
      created: false,
    });
    await racing.close();
  });
});

describe("when Meta says no", () => {
  test.each([
    [
      "no such WABA for this token",
      "another-token-0123456789",
      "meta_dataset_not_accessible",
      "Check the account's wabaId",
    ],
    ["a token it cannot read", null, "meta_token_invalid", "expired, revoked or malformed"],
  ])("because of %s, the caller learns our reason, not Meta's words", async (_what, accessToken, reason, sentence) => {
    const { id, wabaId } = await api.account({
      datasetId: undefined,
      accessToken: accessToken ?? "never-issued-token-0123456789",
    });
    if (accessToken !== null) meta.world.putWaba(String(Number(wabaId) + 1), { token: accessToken });
    const answer = await create(id);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      502,
      { type: "platform_error", code: "meta_refused", details: [{ code: reason }] },
    ]);
    expect(answer.json().error).toContain(sentence);
    expect(answer.body).not.toMatch(/OAuth|GraphMethod|-token-/i);
    expect((await api.accountStore.find(id))?.state).toBe("active");
  });

  test.each<[string, DatasetAnswer, number, string, string | undefined]>([
    ["is away", { kind: "not_sent", cause: "refused" }, 503, "meta_away", "5"],
    ["asks to wait", { kind: "throttled", httpStatus: 429, waitMs: 61_500 }, 503, "meta_throttled", "62"],
    ["asks to wait without a time", { kind: "throttled", httpStatus: 429, waitMs: null }, 503, "meta_throttled", "300"],
    ["answers a page", { kind: "unclear", httpStatus: 502, cause: "not_json" }, 502, "meta_unclear", undefined],
  ])("because it %s, the caller learns what to do", async (_what, answer, status, code, retryAfter) => {
    const findDataset = vi.fn(async () => answer);
    const createDataset = vi.fn(async () => answer);
    const trouble = await openApi({
      graph: { ...NO_META, findDataset, createDataset },
      accountStore: api.accountStore,
    });
    const { id } = await api.account({ datasetId: undefined });
    for (const [method, url, body] of [
      ["GET", `${ROUTE}?accountId=${id}`, undefined],
      ["POST", ROUTE, { accountId: id }],
    ] as const) {
      const told = await trouble.call(method, url, body);
      expect([told.statusCode, told.json().code, told.headers["retry-after"]]).toEqual([status, code, retryAfter]);
    }
    expect(createDataset).not.toHaveBeenCalled();
    expect((await api.accountStore.find(id))?.datasetId).toBeNull();
    await trouble.close();
  });
});
