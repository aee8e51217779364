import { type ChosenClick, type DeliveryOutcome, lookupsOfContact } from "@capi-relay/domain";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ClickFinder } from "../../worker/src/click-finder.ts";
import { deliverEvent } from "../../worker/src/deliver-event.ts";
import { aBsuid, aClick, CONVERSIONS, checkOf, DAY_SECONDS, nowSeconds } from "./a-check.ts";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
});

afterAll(() => api.close());

/** Accounts in every state that decides about events. */
async function accountsInEveryState() {
  const made = async (settings: object, $set: object = {}): Promise<string> => {
    const { id } = await api.account(settings);
    await api.mongo.collections.accounts.updateOne({ _id: id }, { $set });
    return id;
  };
  return {
    usual: await made({}),
    generous: await made({ outsideClickWindow: "send", waitForClickHours: 0 }),
    choosy: await made({ eventNameAliases: { Sale: "Purchase" } }, { switchedOffEventNames: ["AddToCart"] }),
    paused: await made({}, { state: "paused", pausedReason: "meta_token_invalid" }),
    unlinked: await made({ datasetId: undefined }),
    throttled: await made({}, { throttledUntil: new Date(Date.now() + 600_000) }),
  };
}

/** The worker's own story of the first turn, on the real stores; what leaves is noted instead of sent. */
async function firstTurnOf(id: string): Promise<{ status: string; reason: string | null; click: ChosenClick | null }> {
  const clicks = new ClickFinder(api.conversations);
  let left: ChosenClick | null = null;
  const event = await api.ledger.find(id);
  const turn = await deliverEvent({ id, generation: 0 }, "fast", {
    ledger: {
      find: (one) => api.ledger.find(one),
      settle: (one, account, outcome, click) =>
        api.ledger.settle(one, { outcome, attempt: null, click }, lookupsOfContact(account?.wabaId ?? "", one.contact)),
    },
    accounts: { find: (one) => api.accountStore.find(one) },
    destinations: { canOpenToken: () => true, pause: async () => {} },
    clicks,
    wake: async () => {},
    departures: {
      refusalOf: () => null,
      send: async (_event, _account, click) => {
        left = click;
        return { kind: "ended", outcome: { status: "delivered", reason: null } satisfies DeliveryOutcome };
      },
    },
    // An event from the near future has its turn when it is due.
    now: () => new Date(Math.max(Date.now(), event?.dueAt.getTime() ?? 0)),
    afterProbing: () => new Date(),
  });
  if (turn.kind !== "ended") throw new Error(`The turn was ${turn.kind}.`);
  if (left !== null) return { status: "sending", reason: null, click: left };
  const settled = await api.ledger.find(id);
  return { status: turn.outcome.status, reason: turn.outcome.reason, click: settled?.click ?? null };
}

/** Checks a conversion, then sends it and gives it its first turn: both must say the same. Returns what it came to. */
async function checkThenSend(body: object): Promise<string> {
  const { statusCode, check } = await checkOf(api, body);
  const sent = await api.call("POST", CONVERSIONS, body);
  const answer = sent.json();
  if (statusCode === 400) {
    expect([sent.statusCode, answer.details]).toEqual([400, (check as object as { details: object }).details]);
    return answer.code;
  }
  expect(check.wouldAccept).toBe(sent.statusCode < 300);
  if (!check.wouldAccept) {
    expect(check.problems).toEqual(answer.details);
    return answer.code;
  }
  expect(check.warnings).toEqual(answer.warnings ?? []);
  if (answer.duplicate) {
    const duplicate = { id: answer.id, status: answer.status, samePayload: true };
    expect(check).toMatchObject({ firstTurn: null, duplicate });
    return "duplicate";
  }
  const { status, reason, click } = await firstTurnOf(answer.id);
  expect(check).toMatchObject({ firstTurn: { status, reason }, duplicate: null });
  if (status === "sending") {
    const { conversationId, adId, clickedAt, matchedBy } = click as ChosenClick;
    expect(check.click).toEqual({ conversationId, adId, clickedAt: clickedAt?.toISOString() ?? null, matchedBy });
  }
  return reason ?? status;
}

const daysAgo = (days: number) => nowSeconds() - Math.round(days * DAY_SECONDS);
const priced = { value: 10, currency: "BRL" };

describe("what is checked and then sent", () => {
  let accounts: Awaited<ReturnType<typeof accountsInEveryState>>;

  beforeAll(async () => {
    accounts = await accountsInEveryState();
  });

  test.each<[came: string, state: keyof typeof accounts, body: object, clicks: object[]]>([
    ["sending", "usual", {}, [{}]],
    ["sending", "generous", {}, [{ clickedAt: daysAgo(9) }]],
    ["sending", "usual", { ctwaClid: "ARA-made-up" }, []],
    ["no_click_yet", "usual", {}, []],
    ["no_click_yet", "usual", { eventTime: daysAgo(2) }, [{ clickedAt: daysAgo(1) }]],
    ["no_ctwa_clid", "generous", {}, []],
    ["click_window_expired", "usual", {}, [{ clickedAt: daysAgo(9) }]],
    [
      "ambiguous_contact",
      "usual",
      { phoneE164: "5511900000001", bsuid: undefined },
      [{ phoneE164: "5511900000001" }, { phoneE164: "5511900000001", bsuid: aBsuid() }],
    ],
    ["meta_token_invalid", "paused", {}, [{}]],
    ["dataset_unknown", "unlinked", {}, [{}]],
    ["meta_throttled", "throttled", {}, [{}]],
    ["event_name_switched_off", "choosy", { eventName: "AddToCart" }, [{}]],
    ["event_name_refused", "usual", { eventName: "Lead" }, []],
    ["event_name_not_allowed", "usual", { eventName: "OrderShipped" }, []],
    ["value_required", "choosy", { eventName: "Sale" }, []],
    ["value_required", "usual", { eventName: "Purchase" }, []],
    ["event_time_too_old", "usual", { eventTime: daysAgo(6.9985) }, []],
    ["event_time_in_future", "usual", { eventTime: daysAgo(-0.01) }, []],
    ["account_not_found", "usual", { accountId: "nobody" }, []],
  ])("comes to %s both times in the account that is %s", async (came, state, changes, clicks) => {
    const bsuid = aBsuid();
    for (const click of clicks) await aClick(api, { accountId: accounts[state], bsuid, ...click });
    const body = aConversion(accounts[state], { bsuid, ...changes });
    expect(await checkThenSend(JSON.parse(JSON.stringify(body)))).toBe(came);
  });

  test("is a repeat or a conflict both times", async () => {
    const body = aConversion(accounts.usual);
    await checkThenSend(body);
    expect(await checkThenSend(body)).toBe("duplicate");
    expect(await checkThenSend({ ...body, ...priced })).toBe("event_id_conflict");
  });

  test("comes to the same whatever it is", async () => {
    const bsuids = Array.from({ length: 4 }, aBsuid);
    const phones = ["5511987650001", "551187650001", "5511987650002"];
    const someone = fc.constantFrom(...Object.values(accounts));
    const maybe = <Value>(...values: Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const clickSpec = fc.record({
      accountId: someone,
      bsuid: maybe(...bsuids),
      phoneE164: fc.constantFrom(...phones),
      clickedAt: fc.constantFrom(0.001, 0.5, 3, 6.9, 7.5, 12).map(daysAgo),
    });
    const bodySpec = fc.record({
      accountId: someone,
      eventId: fc.constantFrom(...Array.from({ length: 12 }, (_, index) => `order-${index}`)),
      eventName: fc.constantFrom("LeadSubmitted", "Purchase", "Sale", "AddToCart", "Lead", "nonsense"),
      bsuid: maybe(...bsuids),
      phoneE164: maybe(...phones),
      ctwaClid: fc.option(fc.constant("ARA-made-up"), { nil: undefined, freq: 8 }),
      value: maybe(0, 10),
      currency: maybe("BRL", "EUR"),
      eventTime: fc.option(fc.constantFrom(0, 0.5, 3, 6.9, 8, -0.0004, -0.01).map(daysAgo), { nil: undefined }),
      orderId: maybe("1", "2"),
      testCode: maybe("TEST1"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(clickSpec, { maxLength: 2 }),
        fc.array(bodySpec, { maxLength: 3 }),
        async (clicks, bodies) => {
          for (const click of clicks) await aClick(api, JSON.parse(JSON.stringify(click)));
          for (const body of bodies) await checkThenSend(JSON.parse(JSON.stringify(body)));
        },
      ),
      { numRuns: 120 },
    );
  });
});
