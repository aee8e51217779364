import type { AlertCause } from "@capi-relay/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openSweepers } from "./a-sweeper.ts";

let world: Awaited<ReturnType<typeof openSweepers>>;

beforeAll(async () => {
  world = await openSweepers();
});

beforeEach(() => world.clear());

afterAll(() => world.close());

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe("an alert", () => {
  test("whose cause is gone is closed, however many newer ones are open", async () => {
    const { id: accountId } = await world.account();
    const old: AlertCause = { kind: "account_paused", accountId, detail: "meta_token_invalid" };
    await world.alerts.raise(old, minutesAgo(5));
    const newer = Array.from({ length: 600 }, (_, n) => `evt_${n}`);
    for (const detail of newer) await world.alerts.raise({ kind: "event_quarantined", accountId, detail }, new Date());
    expect(await world.sweepOnce()).toMatchObject({ alerts_closed: 1 });
    expect((await world.alerts.open()).map(({ detail }) => detail).toSorted()).toEqual(newer.toSorted());
  });

  test("of what stands for days is met again by every sweep, and the bell is rung for what is new only", async () => {
    const rung = vi.fn();
    const bell = {
      ring: (cause: AlertCause) => {
        rung(cause);
        return world.alerts.raise(cause, new Date());
      },
      allClear: async () => undefined,
    };
    const [known, fresh] = [await world.account(), await world.account()];
    await world.accounts.pause(known, "meta_token_invalid", new Date());
    const cause: AlertCause = { kind: "account_paused", accountId: known.id, detail: "meta_token_invalid" };
    await world.alerts.raise(cause, minutesAgo(60));
    await world.accounts.pause(fresh, "meta_permission_missing", new Date());
    await world.sweepOnce({ bell });
    expect(rung.mock.calls).toEqual([[{ ...cause, accountId: fresh.id, detail: "meta_permission_missing" }]]);
    const alert = (await world.alerts.open()).find(({ accountId }) => accountId === known.id);
    expect(alert?.openedAt.getTime()).toBeLessThan(minutesAgo(59).getTime());
    expect(alert?.lastMetAt.getTime()).toBeGreaterThan(minutesAgo(1).getTime());
  });

  test("that was closed is rung for again when its cause is back", async () => {
    const account = await world.account();
    const cause: AlertCause = { kind: "account_paused", accountId: account.id, detail: "meta_token_invalid" };
    await world.alerts.raise(cause, minutesAgo(60));
    await world.alerts.close(["account_paused", account.id, "meta_token_invalid"].join(":"), minutesAgo(30));
    await world.accounts.pause(account, "meta_token_invalid", new Date());
    await world.sweepOnce();
    expect((await world.alerts.open()).map(({ accountId }) => accountId)).toContain(account.id);
  });
});
