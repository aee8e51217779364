import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import type { ProxyLogin } from "../src/login/proxy-login.ts";
import { aConsole } from "./a-console.ts";
import { aDashboard, HOST, OURS, PASSWORD, sessionOf, tryLogin, users } from "./a-dashboard.ts";

const HEADER = "x-forwarded-user";
const PEER = "10.0.0.5";
const PROXY: ProxyLogin = {
  header: HEADER,
  peers: [PEER, "10.1.0.0/16", "fd00::/8"],
  roles: new Map([
    ["ana", "viewer"],
    ["bob", "operator"],
  ]),
  others: null,
  passwordNames: new Set(),
};

/** A dashboard behind the proxy, and a browser whose requests come to it from this address with these headers. */
async function aDashboardBehind(parts: Parameters<typeof aDashboard>[0] = {}) {
  const dashboard = await aDashboard({ proxyLogin: PROXY, users: [], ...parts });
  const open = (headers: Record<string, string | string[]>, url = "/", remoteAddress = PEER) =>
    dashboard.app.inject({ url, remoteAddress, headers: { host: HOST, accept: "text/html", ...headers } });
  return { ...dashboard, open };
}

describe("a proxy's word on who asks", () => {
  test("is believed from a listed peer, on every page and on Bull Board", async () => {
    const { open } = await aDashboardBehind();
    const page = await open({ [HEADER]: "bob" });
    expect([page.statusCode, page.body.includes("<strong>bob</strong>, operator")]).toEqual([200, true]);
    expect((await open({ [HEADER]: "ana" })).body).toContain("<strong>ana</strong>, viewer");
    expect((await open({ [HEADER]: "ana" }, "/queues/api/queues")).statusCode).toBe(200);
    expect(page.headers["set-cookie"]).toBeUndefined();
  });

  test.each([
    ["10.1.255.1", true],
    ["::ffff:10.0.0.5", true],
    ["::ffff:10.1.2.3", true],
    ["fd12::1", true],
    ["fd12::1%eth0", true],
    ["10.0.0.6", false],
    ["::ffff:10.2.0.1", false],
    ["127.0.0.1", false],
    ["::1", false],
    ["fe80::1%eth0", false],
  ])("from the peer %s is believed: %j", async (peer, believed) => {
    const { open } = await aDashboardBehind();
    expect((await open({ [HEADER]: "bob" }, "/", peer)).statusCode).toBe(believed ? 200 : 303);
  });

  test("is not believed for an address that only X-Forwarded-For speaks of", async () => {
    const { open } = await aDashboardBehind({ trustProxy: ["127.0.0.1"] });
    for (const forwarded of [{ "x-forwarded-for": PEER }, { forwarded: `for=${PEER}` }, { "x-real-ip": PEER }]) {
      const reply = await open({ [HEADER]: "bob", ...forwarded }, "/", "127.0.0.1");
      expect([reply.statusCode, reply.headers.location]).toEqual([303, "/login?next=%2F"]);
    }
  });

  test("is asked for on each request: without it, nobody is logged in", async () => {
    const { open } = await aDashboardBehind();
    expect((await open({ [HEADER]: "bob" })).statusCode).toBe(200);
    expect((await open({})).statusCode).toBe(303);
  });

  test.each(["carl", "BOB", "*"])("about %s, who has no role, is refused and says whom to ask", async (name) => {
    const { open } = await aDashboardBehind();
    const reply = await open({ [HEADER]: name });
    expect(reply.statusCode).toBe(403);
    if (name !== "*") expect(reply.body).toContain(`you are ${name}, who has no role here`);
    expect((await open({ [HEADER]: name, accept: "*/*" }, "/queues/api/queues")).statusCode).toBe(403);
  });

  test("about anybody is enough when everybody else has a role", async () => {
    const { open } = await aDashboardBehind({ proxyLogin: { ...PROXY, others: "viewer" } });
    expect((await open({ [HEADER]: "carl" })).body).toContain("<strong>carl</strong>, viewer");
    expect((await open({ [HEADER]: "bob" })).body).toContain("<strong>bob</strong>, operator");
  });

  test.each([
    ["twice", ["bob", "ana"]],
    ["twice the same", ["bob", "bob"]],
    ["joined", "bob, ana"],
    ["as nobody", ""],
    ["with markup", "<b>bob</b>"],
    ["too long", "b".repeat(65)],
  ])("that comes %s is refused", async (_name, value) => {
    const { open } = await aDashboardBehind();
    const reply = await open({ [HEADER]: value });
    expect(reply.statusCode).toBe(403);
    expect(reply.body).toContain("does not say clearly who you are");
    expect(reply.body).not.toContain("<b>");
  });

  test("that comes twice over a real connection is refused, also under a name that Node keeps once", async () => {
    for (const header of [HEADER, "From"]) {
      const proxyLogin = { ...PROXY, header: header.toLowerCase(), peers: ["127.0.0.1"] };
      const { app } = await aDashboard({ proxyLogin });
      await app.listen({ host: "127.0.0.1", port: 0 });
      const { port } = app.server.address() as AddressInfo;
      const statusFor = (...names: string[]) =>
        new Promise((resolve, reject) => {
          const lines = names.flatMap((name) => [header, name]);
          const headers = ["Host", HOST, "Accept", "text/html", "Connection", "close", ...lines];
          const asked = request({ port, host: "127.0.0.1", path: "/", headers }, (reply) => {
            reply.resume().on("end", () => resolve(reply.statusCode));
          });
          asked.on("error", reject).end();
        });
      expect([await statusFor("bob"), await statusFor("bob", "ana")], header).toEqual([200, 403]);
    }
  });

  test("goes before the session of somebody else", async () => {
    const { app, open } = await aDashboardBehind({ users });
    const cookie = await sessionOf(app, "ana");
    expect((await open({ cookie }, "/", "10.9.9.9")).body).toContain("<strong>ana</strong>, operator");
    expect((await open({ cookie, [HEADER]: "ana" })).body).toContain("<strong>ana</strong>, viewer");
    expect((await open({ cookie, [HEADER]: "carl" })).statusCode).toBe(403);
  });

  test("makes nobody somebody who has a password here, unless that name has a role of its own", async () => {
    const proxyLogin: ProxyLogin = { ...PROXY, others: "operator", passwordNames: new Set(["ana", "vic"]) };
    const { open, logged } = await aDashboardBehind({ users, proxyLogin });
    const vic = await open({ [HEADER]: "vic" });
    expect(vic.statusCode).toBe(403);
    expect(vic.body).toContain("you are vic, and somebody of that name has a password here");
    expect(logged("dashboard.action")).toMatchObject([{ because: "somebody_elses", named: "vic", outcome: "denied" }]);
    expect((await open({ [HEADER]: "ana" })).body).toContain("<strong>ana</strong>, viewer");
    expect((await open({ [HEADER]: "carl" })).body).toContain("<strong>carl</strong>, operator");
  });

  test("that lets nobody in is refused on the login page too, where a password would lead nowhere", async () => {
    const { app, open, logged } = await aDashboardBehind({ users });
    for (const name of ["carl", "a b"]) {
      const page = await open({ [HEADER]: name }, "/login");
      expect([page.statusCode, page.body.includes("<input")], name).toEqual([403, false]);
      expect(page.body).toBe((await open({ [HEADER]: name })).body);
    }
    const headers = { accept: "text/html", [HEADER]: "carl" };
    const tried = await tryLogin(app, "ana", PASSWORD, { headers, remoteAddress: PEER });
    expect([tried.statusCode, tried.headers["set-cookie"]]).toEqual([403, undefined]);
    expect(tried.body).toContain("you are carl, who has no role here");
    expect(logged("dashboard.login")).toEqual([]);
  });

  test("that is refused is a warning without the name, however often it comes", async () => {
    const { open, lines, logged } = await aDashboardBehind();
    for (let time = 1; time <= 5; time += 1) await open({ [HEADER]: "carl" });
    expect(logged("dashboard.action")).toMatchObject([
      { level: "warn", action: "proxy_login", outcome: "denied", because: "unknown" },
    ]);
    expect(lines.join("")).not.toContain("carl");
  });
});

describe("somebody a proxy has logged in", () => {
  test("acts under that name, which the audit keeps", async () => {
    const { app, account, audit } = await aConsole({ proxyLogin: PROXY, users: [] });
    const { id } = await account();
    const url = `/destinations/${id}/pause`;
    const headers = { host: HOST, ...OURS, [HEADER]: "bob" };
    const reply = await app.inject({ method: "POST", url, headers, remoteAddress: PEER });
    expect(reply.statusCode).toBe(303);
    expect(await audit.of(id, 10)).toMatchObject([{ who: "bob", action: "account_paused" }]);
    const viewer = { ...headers, [HEADER]: "ana" };
    expect((await app.inject({ method: "POST", url, headers: viewer, remoteAddress: PEER })).statusCode).toBe(403);
  });

  test("cannot be made to act by a page of somebody else", async () => {
    const { app } = await aDashboardBehind();
    const headers = { host: HOST, [HEADER]: "bob", "sec-fetch-site": "same-site" };
    const reply = await app.inject({ method: "POST", url: "/destinations/x/pause", headers, remoteAddress: PEER });
    expect([reply.statusCode, reply.json().error]).toEqual([403, "Request refused"]);
  });

  test("is led past the login page, and told at logout where to log out", async () => {
    const { app, open } = await aDashboardBehind();
    const login = await open({ [HEADER]: "bob" }, "/login?next=%2Faudit");
    expect([login.statusCode, login.headers.location]).toEqual([303, "/audit"]);
    const headers = { host: HOST, ...OURS, [HEADER]: "bob" };
    const logout = await app.inject({ method: "POST", url: "/logout", headers, remoteAddress: PEER });
    expect(logout.statusCode).toBe(200);
    expect(logout.body).toContain("Log out where you logged in there");
  });

  test("loses at logout the session that the same browser began with a password", async () => {
    const { app } = await aDashboardBehind({ users });
    const cookie = await sessionOf(app, "vic");
    const headers = { host: HOST, ...OURS, cookie, [HEADER]: "bob" };
    const logout = await app.inject({ method: "POST", url: "/logout", headers, remoteAddress: PEER });
    expect(logout.body).toContain("Log out where you logged in there");
    expect(String(logout.headers["set-cookie"])).toMatch(/^capi-relay-session=;.*Max-Age=0/);
  });
});

test("where nobody has a password, the login page leads to the proxy instead of asking for one", async () => {
  const { open } = await aDashboardBehind();
  const page = await open({}, "/login", "10.9.9.9");
  expect(page.body).toContain("Open the dashboard at the proxy's address.");
  expect(page.body).not.toContain("<input");
});
