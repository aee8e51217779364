import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { aVisitor } from "../src/a-visitor.ts";
import { aBusyConsole } from "../test/a-served-console.ts";

test("whoever is not logged in is led from every page to the login, and sees nothing on the way", async () => {
  const { url, pages } = await aBusyConsole();
  const { page } = await aVisitor();
  for (const path of [
    ...pages.filter((one) => one !== "/nowhere"),
    "/events.csv",
    "/queues",
    "/queues/queue/conversions",
  ]) {
    await page.goto(`${url}${path}`);
    expect.soft(page.url(), path).toBe(`${url}/login?next=${encodeURIComponent(path)}`);
    expect.soft(await page.content(), path).not.toContain("Casa Aurora");
  }
});

test("no spelling of a path opens a page or Bull Board's API to whoever is not logged in", async () => {
  const { url, rejected } = await aBusyConsole();
  for (const path of [
    "/queues/api/queues",
    "/%71ueues",
    "/%71ueues/api/queues",
    "/queues/%61pi/queues",
    "/queues//api/queues",
    "//queues/api/queues",
    "/QUEUES/api/queues",
    "/queues;x/api/queues",
    "/login/../queues/api/queues",
    "/login/%2e%2e/queues/api/queues",
    "/login%2f..%2fqueues/api/queues",
    "/assets/..%2fevents",
    "/queues/%2e%2e/events",
    "/queues/static/%2e%2e/%2e%2e/api/queues",
    "/queues/static/..%2f..%2f..%2fpackage.json",
    "/%65vents",
    "/%65vents.csv",
    `/events/%65${rejected.id.slice(1)}`,
    "/events/",
    "/%2fevents",
    "/.%2fevents",
    "/%2561udit",
    "http://elsewhere.example/audit",
  ]) {
    const { status, body } = await askedAs(path, url);
    expect.soft([401, 404], `${path} answers ${status}`).toContain(status);
    expect.soft(body, path).not.toMatch(/Casa Aurora|Purchase|"queues"/);
  }
});

test("whoever is not logged in cannot act, on the console or on Bull Board", async () => {
  const { url, account, rejected } = await aBusyConsole();
  const { page } = await aVisitor();
  await page.goto(`${url}/login`);
  for (const [method, path] of [
    ["POST", `/destinations/${account.id}/resume`],
    ["POST", `/events/${rejected.id}/retry`],
    ["POST", "/bulk-retry"],
    ["POST", "/bulk-decision"],
    ["PUT", "/queues/api/queues/conversions/x/retry"],
    ["PUT", "/queues/api/queues/conversions/retry/failed"],
  ]) {
    const status = await page.evaluate(`fetch("${path}", { method: "${method}" }).then((reply) => reply.status)`);
    expect.soft(status, path).toBe(401);
  }
});

test.each([
  ["a neighbour's port, which the cookie reaches", "127.0.0.1"],
  ["another site", "localhost"],
])("a form that %s posts in the operator's name is refused, and nothing changes", async (_, host) => {
  const { url, account, accounts, running, bulkRetries, loggedIn } = await aBusyConsole();
  const { page } = await loggedIn();
  for (const path of [`/destinations/${account.id}/resume`, `/bulk-retry/${running.id}/stop`, "/logout"]) {
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.goto(await aPageThatPosts(`${url}${path}`, host));
    expect.soft((await answer).status(), path).toBe(403);
    await page.getByText("Request refused").waitFor();
  }
  expect(await accounts.find(account.id)).toMatchObject({ state: "paused" });
  expect(await bulkRetries.find(running.id)).toMatchObject({ state: "running" });
  await page.goto(`${url}/`);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});

test("no other page can show the console in a frame", async () => {
  const { url, loggedIn } = await aBusyConsole();
  const { page, complaints } = await loggedIn();
  await page.goto(await aServedPage(`<iframe src="${url}/destinations"></iframe>`, "127.0.0.1"));
  await expect.poll(() => complaints.join()).toContain("frame-ancestors 'none'");
});

/** The path as it is written: a browser would tidy it up first. */
function askedAs(path: string, url: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    asked.on("error", reject).end();
  });
}

const aPageThatPosts = (action: string, host: string): Promise<string> =>
  aServedPage(`<form method="post" action="${action}"></form><script>document.forms[0].submit()</script>`, host);

/** A page on a port of its own; answers its address. */
async function aServedPage(body: string, host: string): Promise<string> {
  const server = createServer((_request, reply) => reply.setHeader("content-type", "text/html").end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}/`;
}
