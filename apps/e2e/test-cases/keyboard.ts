import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PASSWORD } from "../../dashboard/test/a-dashboard.ts";
import { aVisitor } from "../src/a-visitor.ts";
import { aBusyConsole } from "../test/a-served-console.ts";

test("an account is resumed by the keyboard alone, from the login on", async () => {
  const { url, account, accounts } = await aBusyConsole();
  const { page } = await aVisitor();
  await page.goto(`${url}/destinations`);
  // The first field waits for the name already.
  await page.keyboard.type("ana");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Destinations" }).waitFor();
  await tabTo(page, "Resume");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Resume Casa Aurora?" }).waitFor();
  await tabTo(page, "Resume the account");
  await page.keyboard.press("Enter");
  await page.getByText("It is resumed.").waitFor();
  expect(await accounts.find(account.id)).toMatchObject({ state: "active" });
});

test("the first key leads past the navigation to the content", async () => {
  const { loggedIn } = await aBusyConsole();
  const { page } = await loggedIn();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  expect(await focused(page)).toBe("Skip to the content");
  expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.querySelector('main').contains(document.activeElement)")).toBe(true);
});

test("whatever can be reached by Tab shows that it has the focus", async () => {
  const { url, rejected, loggedIn } = await aBusyConsole();
  const { page } = await loggedIn();
  for (const path of [
    "/",
    "/events",
    `/events/${rejected.id}/retry`,
    "/bulk-retry/plan?status=rejected",
    "/bulk-decision/plan",
    "/destinations",
  ]) {
    await page.goto(`${url}${path}`);
    const without = await page.evaluate(WITHOUT_A_MARK);
    expect.soft(without, path).toEqual([]);
  }
});

/** What can be reached by Tab and looks the same with the focus and without. */
const WITHOUT_A_MARK = `(() => {
  const look = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = getComputedStyle(element);
    return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, boxShadow, borderColor].join();
  };
  const reachable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
    .filter((element) => element.checkVisibility() && !element.disabled && element.tabIndex >= 0);
  return reachable.filter((element) => {
    document.activeElement.blur();
    const before = look(element);
    element.focus({ focusVisible: true });
    return document.activeElement !== element || look(element) === before;
  }).map((element) => element.outerHTML.slice(0, 80));
})()`;

const focused = (page: Page): Promise<unknown> => page.evaluate("document.activeElement.textContent.trim()");

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`60 times Tab did not lead to ${name}`);
}
