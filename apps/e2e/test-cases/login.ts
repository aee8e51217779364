import { expect, test } from "vitest";
import { PASSWORD } from "../../dashboard/test/a-dashboard.ts";
import { aVisitor, typeLogin } from "../src/a-visitor.ts";
import { aServedConsole } from "../test/a-served-console.ts";

test("whoever asks for a page is led to the login, and from there to that page", async () => {
  const { url } = await aServedConsole();
  const { page } = await aVisitor();
  await page.goto(`${url}/events?status=rejected`);
  expect(page.url()).toBe(`${url}/login?next=%2Fevents%3Fstatus%3Drejected`);
  await typeLogin(page, "ana", PASSWORD);
  await page.getByRole("heading", { name: "Events" }).waitFor();
  expect(page.url()).toBe(`${url}/events?status=rejected`);
});

test("a wrong password opens nothing, keeps the name, and the right one then leads on", async () => {
  const { url } = await aServedConsole();
  const { page, context } = await aVisitor();
  await page.goto(`${url}/audit`);
  await typeLogin(page, "ana", "not the password");
  await page.getByRole("alert").getByText("Name or password is wrong.").waitFor();
  expect(await context.cookies()).toEqual([]);
  expect(await page.getByLabel("Name").inputValue()).toBe("ana");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Audit" }).waitFor();
});

test("a logout ends the session: neither the pages, nor Bull Board, nor the way back shows anything", async () => {
  const { url, loggedIn } = await aServedConsole();
  const { page, context } = await loggedIn();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("button", { name: "Log in" }).waitFor();
  expect(await context.cookies()).toEqual([]);
  for (const path of ["/", "/queues"]) {
    await page.goto(`${url}${path}`);
    expect(new URL(page.url()).pathname).toBe("/login");
  }
  await page.goBack();
  await page.goBack();
  await page.getByRole("button", { name: "Log in" }).waitFor();
});
