import { describe, expect, test } from "vitest";
import { aConsole, HOUR_MS, textOf } from "./a-console.ts";

const DAY_MS = 24 * HOUR_MS;
const SALE = { value: 1, currency: "BRL", orderId: null, contentIds: null, contents: null, numItems: null };

describe("the overview", () => {
  test("tells customers of whom no ad click is known from lost credit, and what to check", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const ended = { accountId, endedAt: new Date(), details: SALE };
    await console.stored({ ...ended, status: "skipped", reason: "no_ctwa_clid" });
    await console.stored({ ...ended, status: "skipped", reason: "click_window_expired" });
    await console.stored({ ...ended, status: "delivered" });
    await console.count();
    const text = textOf((await (await console.as("vic")).open("/")).body);
    expect(text).toContain("Lost credit 1 too late, or tried in vain");
    expect(text).toContain("No ad click known 1 mostly from no ad: nothing to credit");
    expect(text).toContain("Delivery rate 50% of what ended with a click known");
    expect(text).toContain("Too late: over 7 days after the click 1 R$1");
    expect(text).toContain("If they did come from one, its click was not captured: look at Clicks captured");
  });

  test("of days that somebody chose names them, keeps them with the account, and says what it cannot show", async () => {
    const console = await aConsole();
    const { id } = await console.account();
    const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
    const at = (ago: number) => new Date(`${day(ago)}T23:59:59Z`);
    for (const ago of [5, 4, 3]) await console.stored({ accountId: id, acceptedAt: at(ago) });
    await console.count();
    const browser = await console.as("vic");
    const [from, to] = [day(5), day(4)];
    const { body } = await browser.open(`/?from=${from}&to=${to}&account=${id}`);
    expect(textOf(body)).toContain("Accepted 2");
    expect(textOf(body)).toContain(`${from} to ${to} UTC First day (UTC) Last day (UTC)`);
    expect(body).toContain(`<input type="hidden" name="from" value="${from}"/>`);
    for (const [query, mistake] of [
      [`from=${day(1)}&to=${day(3)}`, "from, to: the first day comes after the last."],
      [`from=${day(3)}`, "from, to: write two days such as 2026-11-20."],
      [`from=${day(-2)}&to=${day(-2)}`, "from: that day has not begun."],
      [`from=${day(200)}&to=${day(1)}`, "from, to: at most 92 days are shown at once."],
      [`from=${day(500)}&to=${day(499)}`, "from: at most 400 days back."],
    ])
      expect(textOf((await browser.open(`/?${query}`)).body), query).toContain(
        `${mistake} These are the figures of the last 24 hours.`,
      );
  });
});
