import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { anOperator, aShop } from "../src/a-shop.ts";

test("an event that Meta refused is delivered once its cause is mended and somebody sends it again", async () => {
  const shop = await aShop();
  const { page, url } = await anOperator();
  const [fine = "", refused = ""] = await shop.sells({}, { ctwaClid: "ARA-a-click-of-tomorrow", orderId: "A-77" });
  await shop.stands(fine, "delivered");
  await shop.stands(refused, "rejected");
  expect(await shop.received()).toHaveLength(1);

  await shop.known("ARA-a-click-of-tomorrow");
  await page.goto(`${url}/events`);
  await page.getByLabel("Search").fill("A-77");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Send again" }).click();
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByText(/on its way again/).waitFor();

  await shop.stands(refused, "delivered");
  await page.reload();
  await page.getByText("Attempt 2, because a person asked: delivered").waitFor();
  expect(await shop.received()).toHaveLength(2);
});

test("a correction delivers what Meta had refused, as it was corrected, and the story says who did it", async () => {
  const shop = await aShop();
  const { page, url } = await anOperator();
  const [refused = ""] = await shop.sells({ currency: "MRU" });
  await shop.stands(refused, "rejected");
  await page.goto(`${url}/events/${refused}/retry`);
  await page.getByLabel("Currency").fill("EUR");
  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByText(/corrected and .*on its way again/).waitFor();

  await shop.stands(refused, "delivered");
  expect(await shop.received()).toMatchObject([{ event: { custom_data: { currency: "EUR" } } }]);
  await page.reload();
  await page.getByText("operator corrected it and had it sent again").waitFor();
});

test("an account that is resumed sends everything that was held, each once", async () => {
  const shop = await aShop();
  const { page } = await anOperator();
  await shop.meta("PATCH", `wabas/${shop.wabaId}`, { tokenExpiresAt: new Date(0).toISOString() });
  const events = await shop.sells({});
  await shop.stands(events[0] ?? "", "held");
  events.push(...(await shop.sells({}, {})));
  for (const event of events) await shop.stands(event, "held");

  await shop.meta("PATCH", `wabas/${shop.wabaId}`, { tokenExpiresAt: null });
  await page.reload();
  await page
    .getByRole("link", { name: `Go to ${shop.name}` })
    .first()
    .click();
  const card = page.getByRole("region", { name: shop.name });
  await card.getByRole("button", { name: "Probe now" }).click();
  await card.getByText("It was tried out").waitFor();
  await card.getByRole("link", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Resume the account" }).click();
  await card.getByText("It is resumed. Its held events go out by deadline.").waitFor();

  for (const event of events) await shop.stands(event, "delivered");
  expect(await shop.received()).toHaveLength(events.length);
  await expectFresh(page, () => card.getByText("Sending", { exact: true }).waitFor());
});

/** The page as it is now. */
async function expectFresh(page: Page, fact: () => Promise<void>): Promise<void> {
  await page.reload();
  await fact();
}
