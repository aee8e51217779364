import { describe, expect, test } from "vitest";
import { aDashboard, HOST, OURS, PASSWORD, sessionOf, tryLogin, users } from "./a-dashboard.ts";

describe("a login", () => {
  test("with the right password leads on and gives a strict, http-only, secure cookie for eight hours", async () => {
    const { app, logged } = await aDashboard();
    const reply = await tryLogin(app, "ana", PASSWORD);
    expect([reply.statusCode, reply.headers.location]).toEqual([303, "/queues"]);
    const cookie = String(reply.headers["set-cookie"]);
    expect(cookie).toMatch(/^capi-relay-session=/);
    expect(cookie.split("; ").slice(1).sort()).toEqual([
      "HttpOnly",
      "Max-Age=28800",
      "Path=/",
      "SameSite=Strict",
      "Secure",
    ]);
    expect(cookie).not.toContain("ana");
    expect(logged("dashboard.login")).toMatchObject([{ user: "ana", role: "operator", outcome: "logged_in" }]);
  });

  test("over plain http within the machine gives a cookie the browser will send back", async () => {
    const { app } = await aDashboard();
    const reply = await tryLogin(app, "ana", PASSWORD, { headers: { host: "127.0.0.1:3001" } });
    expect(String(reply.headers["set-cookie"])).not.toContain("Secure");
    const outside = await tryLogin(app, "ana", PASSWORD, { headers: { host: "127.0.0.1.evil.example" } });
    expect(String(outside.headers["set-cookie"])).toContain("Secure");
  });

  test("with a wrong password and one with an unknown name get the same answer, and no cookie", async () => {
    const { app, lines } = await aDashboard();
    const wrong = await tryLogin(app, "ana", "wrong password");
    const unknown = await tryLogin(app, "bob", PASSWORD);
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect(wrong.body).toContain("Name or password is wrong. Check both");
    expect(unknown.body.replace("bob", "ana")).toBe(wrong.body);
    expect([wrong.headers["set-cookie"], unknown.headers["set-cookie"]]).toEqual([undefined, undefined]);
    expect(lines.join("")).not.toMatch(/wrong password|bob/);
  });

  test("shows what was typed as text, never as HTML", async () => {
    const { app } = await aDashboard();
    const reply = await tryLogin(app, '"><script>', "x");
    expect(reply.body).not.toContain("<script>");
    expect(reply.body).toContain('value="&quot;>&lt;script>"');
  });

  test.each([
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["/.//evil.example", "/"],
    ["/queues/queue/conversions?status=failed", "/queues/queue/conversions?status=failed"],
  ])("that is to lead on to %s leads to %s", async (next, location) => {
    const { app } = await aDashboard();
    const payload = new URLSearchParams({ name: "ana", password: PASSWORD, next }).toString();
    const reply = await tryLogin(app, "ana", PASSWORD, { payload });
    expect(reply.headers.location).toBe(location);
  });

  test("is refused after thirty tries for one name, from wherever they come, and then even the right password waits", async () => {
    const { app, logged } = await aDashboard({ trustProxy: ["127.0.0.1"] });
    const from = (number: number) => ({ headers: { "x-forwarded-for": `10.0.0.${number}` } });
    for (let number = 1; number <= 30; number += 2) {
      const two = [number, number + 1].map((one) => tryLogin(app, "ana", "wrong", from(one)));
      expect((await Promise.all(two)).map((reply) => reply.statusCode)).toEqual([401, 401]);
    }
    const reply = await tryLogin(app, "ana", PASSWORD, from(31));
    expect(reply.statusCode).toBe(429);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    expect(reply.body).toMatch(/Too many tries. Wait \d minutes, then try again./);
    expect(logged("dashboard.login").at(-1)).toMatchObject({ user: "ana", outcome: "too_many_tries" });
    expect((await tryLogin(app, "vic", PASSWORD, from(31))).statusCode).toBe(303);
  });

  test("is refused after twenty tries from one address, and that address locks nobody out", async () => {
    const { app } = await aDashboard({ trustProxy: ["127.0.0.1"] });
    const attacker = { headers: { "x-forwarded-for": "10.0.0.1" } };
    const answers: number[] = [];
    while (answers.length < 60) answers.push((await tryLogin(app, "ana", "wrong", attacker)).statusCode);
    expect(answers).toEqual([...Array(20).fill(401), ...Array(40).fill(429)]);
    expect((await tryLogin(app, "ana", PASSWORD, { headers: { "x-forwarded-for": "10.0.0.2" } })).statusCode).toBe(303);
  });
});

describe("a session", () => {
  test("opens the start page, which says who is logged in, until the logout", async () => {
    const { app } = await aDashboard();
    const cookie = await sessionOf(app, "vic");
    const page = await app.inject({ url: "/", headers: { cookie, host: HOST } });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain("<strong>vic</strong>, viewer");
    const logout = await app.inject({ method: "POST", url: "/logout", headers: { cookie, host: HOST, ...OURS } });
    expect([logout.statusCode, logout.headers.location]).toEqual([303, "/login"]);
    expect(String(logout.headers["set-cookie"])).toMatch(/^capi-relay-session=;.*Max-Age=0/);
  });

  test("ends when the user is removed or has another password", async () => {
    const sessionSecret = "s".repeat(44);
    const { app } = await aDashboard({ sessionSecret });
    const cookie = await sessionOf(app, "ana");
    const open = async (parts: Parameters<typeof aDashboard>[0]) => {
      const later = await aDashboard({ sessionSecret, ...parts });
      return (await later.app.inject({ url: "/", headers: { cookie, accept: "text/html" } })).statusCode;
    };
    expect(await open({})).toBe(200);
    expect(await open({ users: [] })).toBe(303);
    expect(await open({ users: users.map((user) => ({ ...user, passwordMark: "another" })) })).toBe(303);
  });

  test("is not opened by a cookie that was altered or made with another secret", async () => {
    const { app } = await aDashboard();
    const foreign = await sessionOf((await aDashboard()).app, "ana");
    const own = await sessionOf(app, "ana");
    const altered = own.replace(/=(.)/, (_all, first: string) => `=${first === "A" ? "B" : "A"}`);
    for (const cookie of [foreign, altered, "capi-relay-session=x", "capi-relay-session=;"]) {
      const reply = await app.inject({ url: "/", headers: { cookie, accept: "text/html" } });
      expect([reply.statusCode, reply.headers.location]).toEqual([303, "/login?next=%2F"]);
    }
  });
});
