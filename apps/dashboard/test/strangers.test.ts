import { describe, expect, test } from "vitest";
import { aDashboard, HOST, OURS, sessionOf, tryLogin } from "./a-dashboard.ts";

describe("somebody who is not logged in", () => {
  test.each([
    "/queues",
    "/queues/",
    "/%71ueues",
    "/%71ueues/api/queues",
    "/queues/api/queues?activeQueue=conversions",
    "/queues/%61pi/queues",
    "/queues/api/queues/conversions/x",
    "/queues/static/js/main.js",
    "/queues/static/locales/en-US/messages.json",
    "/queues/queue/conversions",
    "/",
  ])("gets nothing from %s", async (url) => {
    const { app } = await aDashboard();
    const reply = await app.inject({ url, headers: { host: HOST } });
    expect(reply.statusCode).toBe(401);
    expect(reply.json()).toEqual({ error: "You are logged out", message: "Reload the page and log in again." });
  });

  test("is led to the login page in a browser, and back afterwards", async () => {
    const { app } = await aDashboard();
    const url = "/queues/queue/conversions?status=failed";
    const reply = await app.inject({ url, headers: { accept: "text/html,*/*" } });
    expect(reply.statusCode).toBe(303);
    expect(reply.headers.location).toBe("/login?next=%2Fqueues%2Fqueue%2Fconversions%3Fstatus%3Dfailed");
    const page = await app.inject({ url: String(reply.headers.location) });
    expect(page.body).toContain('name="next" value="/queues/queue/conversions?status=failed"');
  });

  test.each(["/queues//api/queues", "//queues/api/queues", "/queues/../queues/api/queues", "/QUEUES/api/queues"])(
    "finds no other spelling: %s",
    async (url) => {
      const { app } = await aDashboard();
      const reply = await app.inject({ url, headers: { host: HOST } });
      expect([401, 404]).toContain(reply.statusCode);
    },
  );

  test("cannot act either", async () => {
    const { app } = await aDashboard();
    for (const url of ["/queues/api/queues/conversions/x/retry", "/queues/api/queues/conversions/obliterate"]) {
      expect((await app.inject({ method: "PUT", url, headers: { host: HOST, ...OURS } })).statusCode).toBe(401);
    }
  });

  test("may ask for health, the style and the login page", async () => {
    const { app } = await aDashboard();
    const login = await app.inject({ url: "/login" });
    const style = /href="(\/assets\/[^"]+)"/.exec(login.body)?.[1] ?? "";
    for (const url of ["/health/live", "/health/ready", "/login", style]) {
      expect((await app.inject({ url })).statusCode, url).toBe(200);
    }
  });
});

describe("a request that changes something", () => {
  const FORGED = [
    ["nothing says where from", {}],
    ["another site", { "sec-fetch-site": "cross-site", origin: `https://${HOST}` }],
    ["a neighbour", { "sec-fetch-site": "same-site" }],
    ["nowhere", { "sec-fetch-site": "none" }],
    ["another origin", { origin: "https://evil.example" }],
    ["a hidden origin", { origin: "null" }],
    ["another port", { origin: `https://${HOST}:8443` }],
  ] as const;

  test.each(FORGED)("is refused on every path when it comes from elsewhere: %s", async (_name, headers) => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    for (const [method, url] of [
      ["POST", "/login"],
      ["POST", "/logout"],
      ["PUT", "/queues/api/queues/conversions/x/retry"],
      ["PUT", "/queues/api/queues/conversions/retry/failed"],
      ["DELETE", "/nowhere"],
    ] as const) {
      const reply = await app.inject({ method, url, headers: { host: HOST, cookie, ...headers } });
      expect([reply.statusCode, reply.json().error], url).toEqual([403, "Request refused"]);
      expect(reply.headers["set-cookie"]).toBeUndefined();
    }
  });

  test("is let through from our own origin where the browser sends only that", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    const headers = { host: HOST, cookie, origin: `http://${HOST}` };
    expect((await app.inject({ method: "POST", url: "/logout", headers })).statusCode).toBe(303);
  });
});

describe("every answer", () => {
  test("forbids other hosts, frames and caches", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    for (const url of ["/", "/queues", "/queues/api/queues", "/login", "/nowhere"]) {
      const { headers } = await app.inject({ url, headers: { cookie } });
      const policy = String(headers["content-security-policy"]);
      expect(policy, url).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
    }
    expect((await tryLogin(app, "x", "x")).headers["content-security-policy"]).not.toContain("unsafe-inline");
  });

  test("says on every page of ours when conversions go to a sandbox", async () => {
    const { app } = await aDashboard({ sandbox: true });
    const cookie = await sessionOf(app, "ana");
    for (const url of ["/", "/login", "/nowhere"]) {
      const { body } = await app.inject({ url, headers: url === "/login" ? {} : { cookie } });
      expect(body, url).toContain("do not reach Meta");
    }
    const board = await app.inject({ url: "/queues", headers: { cookie } });
    expect(board.body).toContain('"label":"Sandbox"');
  });
});

describe("while a store is away", () => {
  const away = async () => {
    throw new Error("redis://secret@host");
  };

  test("the dashboard stays ready, and the start page says what it means", async () => {
    const { app } = await aDashboard({ pingLedger: away, pingQueue: away });
    const ready = await app.inject({ url: "/health/ready" });
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: "degraded", database: "away", queue: "away" }]);
    const cookie = await sessionOf(app, "vic");
    const page = await app.inject({ url: "/", headers: { cookie } });
    expect(page.body).toMatch(/MongoDB does not answer.*Redis does not answer/s);
    expect(page.body).not.toContain("secret");
  });

  test("the start page tells a database that cannot answer from one that is away", async () => {
    const { app } = await aDashboard();
    const page = await app.inject({ url: "/", headers: { cookie: await sessionOf(app, "vic") } });
    expect(page.body).toContain("The figures cannot be read now");
    expect(page.body).not.toContain("MongoDB does not answer");
  });

  test("every other page says what is away and that nothing was changed", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "ana");
    const headers = { cookie, host: HOST, ...OURS };
    for (const url of ["/events", "/events/e1", "/bulk-retry", "/bulk-decision", "/destinations", "/audit"]) {
      const page = await app.inject({ url, headers });
      expect(page.statusCode, url).toBe(503);
      expect(page.body).toContain("MongoDB does not answer");
    }
    const action = await app.inject({ method: "POST", url: "/destinations/a/pause", headers });
    expect([action.statusCode, action.body.includes("Nothing was changed.")]).toEqual([503, true]);
  });
});
