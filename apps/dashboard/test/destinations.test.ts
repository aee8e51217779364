import { randomBytes } from "node:crypto";
import { AccountStore } from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import { describe, expect, test } from "vitest";
import { aConsole, textOf } from "./a-console.ts";

describe("the destinations", () => {
  test("are empty in words before there is an account", async () => {
    const console = await aConsole();
    expect(textOf((await (await console.as("vic")).open("/destinations")).body)).toContain("There is no account yet.");
  });

  test("show why an account is paused, since when, what waits, and never its token", async () => {
    const console = await aConsole();
    const fine = await console.account({ name: "Fine" });
    const dead = await console.account({ name: "Dead" });
    await console.accounts.pause(dead, "meta_token_invalid", new Date());
    await console.stored({ accountId: dead.id, status: "held", reason: "meta_token_invalid" });
    await console.count();
    const { body } = await (await console.as("vic")).open("/destinations");
    const text = textOf(body);
    expect(text.indexOf("Dead")).toBeLessThan(text.indexOf("Fine"));
    expect(text).toContain("Meta says the access token is expired, revoked or malformed. Store a new access token");
    expect(text).toContain("Held events 1 worth R$10");
    expect(text).toContain("Token 0 days old");
    expect(body).toContain(`href="/events?account=${dead.id}&amp;status=held"`);
    expect(body).toContain(`id="account-${fine.id}"`);
    expect(body).not.toMatch(/canary-token|sealed/);
    expect(body).not.toMatch(/\/(pause|resume|probe)"/);
  });

  test("are not acted on by a viewer", async () => {
    const console = await aConsole();
    const { id } = await console.account();
    const browser = await console.as("vic");
    for (const action of ["pause", "resume", "probe", "names/Purchase"])
      expect((await browser.post(`/destinations/${id}/${action}`)).statusCode).toBe(403);
    expect(await console.accounts.find(id)).toMatchObject({ state: "active", lastProbe: null });
  });
});

describe("an operator", () => {
  test("pauses and resumes an account, each after being told what happens, and both are written down", async () => {
    const console = await aConsole();
    const { id } = await console.account({ name: "Casa Aurora" });
    const browser = await console.as("ana");
    expect(textOf((await browser.open(`/destinations/${id}/pause`)).body)).toContain(
      "Nothing of this account goes to Meta",
    );
    const paused = await browser.post(`/destinations/${id}/pause`);
    expect(paused.headers.location).toBe(`/destinations?done=paused&account=${id}#account-${id}`);
    expect(await console.accounts.find(id)).toMatchObject({ state: "paused", pausedReason: "paused_by_operator" });
    expect(textOf((await browser.open(`/destinations?done=paused&account=${id}`)).body)).toContain("It is paused.");
    const held = await console.stored({ accountId: id, status: "held", reason: "paused_by_operator" });
    expect((await browser.open(`/destinations/${id}/resume`)).statusCode).toBe(200);
    await browser.post(`/destinations/${id}/resume`);
    expect(await console.accounts.find(id)).toMatchObject({ state: "active" });
    expect(await console.ledger.find(held.id)).toMatchObject({ status: "queued" });
    expect(await console.audit.of(id, 10)).toMatchObject([
      { who: "ana", action: "account_resumed" },
      { who: "ana", action: "account_paused" },
    ]);
  });

  test("sends at once what Meta asked to wait with, after being told what that may cost", async () => {
    const console = await aConsole();
    const account = await console.account({ name: "Casa Aurora" });
    const browser = await console.as("ana");
    const path = `/destinations/${account.id}/resume`;
    expect((await browser.open("/destinations")).body).not.toContain(path);
    const until = new Date(Date.now() + 3_600_000);
    await console.accounts.throttle(account, until);
    const waiting = await console.stored({
      accountId: account.id,
      status: "retry_scheduled",
      reason: "meta_throttled",
      dueAt: until,
    });
    expect((await browser.open("/destinations")).body).toContain(path);
    expect(textOf((await browser.open(path)).body)).toContain("Whoever sends too soon is throttled again");
    const reply = await browser.post(path);
    expect(textOf((await browser.open(String(reply.headers.location))).body)).toContain("It no longer waits.");
    expect(await console.ledger.find(waiting.id)).toMatchObject({ status: "queued" });
    expect(await console.accounts.find(account.id)).toMatchObject({ throttledUntil: null });
  });

  test("tries an account out, and sees what that showed", async () => {
    const console = await aConsole();
    const { id } = await console.account();
    const browser = await console.as("ana");
    await browser.post(`/destinations/${id}/probe`);
    expect(await console.audit.of(id, 1)).toMatchObject([{ who: "ana", action: "account_probed", detail: "wired" }]);
    expect(textOf((await browser.open("/destinations")).body)).toContain("Token and dataset work");
  });

  test("reads a refused probe as advice while it stands, and as the past once the account was resumed", async () => {
    const console = await aConsole();
    const account = await console.account();
    const browser = await console.as("ana");
    const lastProbe = async () =>
      /Last probe .*/.exec(textOf((await browser.open("/destinations")).body))?.[0] ?? expect.fail("no probe");
    const refused = { verdict: "refused", reason: "meta_token_invalid" } as const;
    await console.accounts.pause(account, "meta_token_invalid", new Date(Date.now() - 3_000));
    await console.accounts.noteProbe(account.id, { at: new Date(Date.now() - 2_000), ...refused });
    expect(await lastProbe()).toContain("Meta refuses the account. Meta says the access token is expired");
    await console.accounts.resume(account.id, new Date(Date.now() - 1_000));
    expect(await lastProbe()).toContain(
      "Meta refused the account then; it was resumed or changed since. Meta says the access token is expired",
    );
    expect(await lastProbe()).not.toContain("Store a new access token");
    await console.accounts.noteProbe(account.id, { at: new Date(), ...refused });
    expect(await lastProbe()).toContain("Store a new access token");
  });

  test("is told that an account without a dataset cannot be tried out", async () => {
    const console = await aConsole();
    const { id } = await console.account({ datasetId: undefined });
    const browser = await console.as("ana");
    const reply = await browser.post(`/destinations/${id}/probe`);
    expect(textOf((await browser.open(String(reply.headers.location))).body)).toContain("It was not tried out");
    expect(await console.audit.of(id, 1)).toEqual([]);
  });

  test("is told what to do when no key opens an account's token any more", async () => {
    const console = await aConsole();
    const { id } = await console.account();
    const lost = KeyRing.parse(`lost:${randomBytes(32).toString("base64")}`);
    await new AccountStore(console.mongo, lost).change(id, { accessToken: "a-token" }, new Date());
    const browser = await console.as("ana");
    const reply = await browser.post(`/destinations/${id}/probe`);
    expect(textOf((await browser.open(String(reply.headers.location))).body)).toContain("a new accessToken");
    expect(await console.audit.of(id, 1)).toEqual([]);
  });

  test("switches one name on again and leaves the others off", async () => {
    const console = await aConsole();
    const { id, datasetId } = await console.account();
    for (const name of ["Purchase", "LeadSubmitted"]) await console.accounts.switchOffName(id, String(datasetId), name);
    const browser = await console.as("ana");
    expect((await browser.open("/destinations")).body).toContain(`href="/destinations/${id}/names/Purchase"`);
    expect(textOf((await browser.open(`/destinations/${id}/names/Purchase`)).body)).toContain(
      "Switch Purchase on again",
    );
    await browser.post(`/destinations/${id}/names/Purchase`);
    expect(await console.accounts.find(id)).toMatchObject({ switchedOffEventNames: ["LeadSubmitted"] });
    await browser.post(`/destinations/${id}/names/Purchase`);
    expect(await console.audit.of(id, 10)).toMatchObject([
      { who: "ana", action: "event_name_switched_on", detail: "Purchase" },
    ]);
  });

  test("finds no account that is not there", async () => {
    const console = await aConsole();
    expect((await (await console.as("ana")).post("/destinations/nobody/pause")).statusCode).toBe(404);
  });
});
