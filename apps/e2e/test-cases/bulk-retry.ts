import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { anOperator, aShop } from "../src/a-shop.ts";

const VALUE_MISSING = 2_804_009;

test("a bulk retry shows what it would do, does it, and says by itself when it is done", async () => {
  const { shop, events } = await aShopWithRefused(3);
  const { page, url } = await anOperator();
  await page.goto(`${url}/bulk-retry`);
  await page.getByLabel("Account").selectOption(shop.name);
  await page.getByLabel("Status").selectOption("Rejected");
  await page.getByRole("button", { name: "See what would happen" }).click();
  await expectFact(page, "Would be sent again", "3");
  expect(await shop.received()).toEqual([]);

  await page.getByRole("button", { name: "Send them again" }).click();
  await expectFact(page, "Sent again", "3 of 3");
  await page.locator(".status", { hasText: "Finished" }).waitFor();
  for (const event of events) await shop.stands(event, "delivered");
  expect(await shop.received()).toHaveLength(3);
});

test("a bulk retry that is stopped sends nothing more, and the rest stays as it was", async () => {
  const { shop, events } = await aShopWithRefused(80);
  const { page, url } = await anOperator();
  await page.goto(`${url}/bulk-retry/plan?status=rejected&account=${shop.id}`);
  await page.getByLabel("Pace").selectOption("10 a second");
  await page.getByRole("button", { name: "Send them again" }).click();
  // It goes on in steps of 25, and the page may look up after any of them.
  await expectFact(page, "Sent again", /^(?:25|50|75) of 80$/);
  await page.getByRole("button", { name: "Stop it" }).click();
  await page.locator(".status", { hasText: "Stopped" }).waitFor();

  const said = await page.locator("dd", { hasText: "of 80" }).textContent();
  const sent = Number.parseInt(said ?? "", 10);
  expect(sent).toBeLessThan(80);
  await expect.poll(async () => (await shop.received()).length, { timeout: 30_000 }).toBe(sent);
  const statuses = await Promise.all(events.map((event) => shop.statusOf(event)));
  expect(statuses.filter((status) => status === "rejected")).toHaveLength(80 - sent);
});

/** Meta refused all of them, and would take them now. */
async function aShopWithRefused(count: number) {
  const shop = await aShop();
  await shop.refuseAll(VALUE_MISSING);
  const events = await shop.sells(...Array.from({ length: count }, () => ({})));
  for (const event of events) await shop.stands(event, "rejected");
  await shop.heal();
  return { shop, events };
}

async function expectFact(page: Page, name: string, value: string | RegExp): Promise<void> {
  await page.locator("dl div", { hasText: name }).getByText(value, { exact: true }).waitFor();
}
