import { expect, test } from "vitest";
import { anOperator, aShop } from "../src/a-shop.ts";

test("a bulk decision shows when the doubtful events were sent, has them sent again, and says what became of them", async () => {
  const { shop, events } = await aShopInDoubt(3);
  const { page, url } = await anOperator();
  await page.goto(`${url}/events?status=outcome_unknown&account=${shop.id}`);
  await page.getByRole("link", { name: "Decide about these in bulk" }).click();
  await page.getByRole("row", { name: shop.name }).first().getByRole("cell", { name: "3", exact: true }).waitFor();
  await page.getByLabel("They did not arrive: send them again.").check();
  await page.getByRole("button", { name: "Decide" }).click();
  await page.getByText("If they had arrived after all, Meta counts them twice.").waitFor();
  expect(await shop.received()).toEqual([]);

  await page.getByRole("button", { name: "Send them again" }).click();
  await page.locator("dl div", { hasText: "Decided" }).getByText("3 of 3", { exact: true }).waitFor();
  await page.locator(".status", { hasText: "Finished" }).waitFor();
  await page.locator("dl div", { hasText: "Delivered" }).getByText("3", { exact: true }).waitFor();
  for (const event of events) await shop.stands(event, "delivered");
  expect(await shop.received()).toHaveLength(3);
});

/** Meta broke off whenever it was to answer, and their account leaves that to a person. It would answer now. */
async function aShopInDoubt(count: number) {
  const shop = await aShop();
  await shop.call("PATCH", `accounts/${shop.id}`, { unknownOutcome: "hold" });
  await shop.meta("POST", "faults", { kind: "drop_before_answer", datasetId: shop.datasetId, times: "always" });
  const events = await shop.sells(...Array.from({ length: count }, () => ({})));
  for (const event of events) await shop.stands(event, "outcome_unknown");
  await shop.heal();
  return { shop, events };
}
