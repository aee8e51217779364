import { describe, expect, test } from "vitest";
import { aConsole, anAttempt, HOUR_MS, textOf } from "./a-console.ts";

const DAY_MS = 24 * HOUR_MS;
const SALE = { value: 1, currency: "BRL", orderId: null, contentIds: null, contents: null, numItems: null };

describe("the overview", () => {
  test("of an installation without events says so in every part, and that nothing needs anybody", async () => {
    const console = await aConsole();
    await console.count();
    const { body, statusCode } = await (await console.as("vic")).open("/");
    expect(statusCode).toBe(200);
    expect(body).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
    const text = textOf(body);
    expect(text).toContain("What needs you Nothing. Conversions get through.");
    expect(text).toContain("Nothing is at risk.");
    expect(text).toContain("No event failed or waits for anything.");
    expect(text).toContain("Everything that was sent was taken in.");
    expect(text).toContain("check that the WhatsApp webhook reaches this installation");
  });

  test("counts what came in and went out, in the reader's own numbers, and says why the rest did not", async () => {
    const console = await aConsole();
    const account = await console.account({ name: "Casa Aurora" });
    const worth = { value: 1_234.5, currency: "BRL", orderId: null, contentIds: null, contents: null, numItems: null };
    for (let index = 0; index < 3; index += 1)
      await console.stored({ accountId: account.id, status: "delivered", endedAt: new Date(), details: worth });
    const rejected = { status: "rejected", reason: "meta_click_unknown", endedAt: new Date() } as const;
    await console.stored({ accountId: account.id, ...rejected, details: worth });
    await console.count();
    const browser = await console.as("vic");
    const german = textOf((await browser.open("/", { "accept-language": "de-DE,de;q=0.9" })).body);
    expect(german).toContain("Accepted 4 4.938 R$");
    expect(german).toContain("Delivered 3 3.704 R$");
    expect(german).toContain("75 %");
    const { body } = await browser.open("/");
    expect(textOf(body)).toContain("1 Rejected Meta does not know this click id for this WABA and dataset.");
    expect(body).toContain('href="/events?status=rejected&amp;reason=meta_click_unknown&amp;ended_from=');
    expect(body).toContain('href="/bulk-retry/plan?status=rejected&amp;reason=meta_click_unknown&amp;ended_from=');
  });

  test("tells sales from carts: what the purchases are worth, and where they went", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const ended = { accountId, endedAt: new Date() };
    const worth = (value: number) => ({ ...SALE, value });
    await console.stored({ ...ended, eventName: "AddToCart", status: "delivered", details: worth(1_000_000) });
    await console.stored({ ...ended, status: "delivered", details: worth(1_200) });
    await console.stored({ ...ended, status: "rejected", reason: "meta_click_unknown", details: worth(458) });
    await console.count();
    const { body } = await (await console.as("vic")).open("/");
    const text = textOf(body);
    expect(text).toContain("Accepted 3 R$1,658 in purchases");
    expect(text).toContain("Delivered 2 R$1,200 in purchases");
    expect(text).toContain("The lines add up to all of them.");
    expect(text).toContain(
      "Delivered 1 R$1,200 On their way 0 – No ad click known 0 – Refused by Meta 1 R$458 All accepted 2 R$1,658",
    );
    expect(text).not.toContain("1,001,658");
    expect(body).toContain('href="/events?status=delivered&amp;name=Purchase&amp;from=');
  });

  test("is about one account when asked, and never about all when an account is not there", async () => {
    const console = await aConsole();
    const mine = await console.account({ name: "Mine" });
    const other = await console.account({ name: "Other" });
    for (const { id } of [mine, other, other])
      await console.stored({ accountId: id, status: "delivered", endedAt: new Date() });
    await console.count();
    const browser = await console.as("vic");
    const accepted = async (query: string) =>
      /Accepted (\d+)/.exec(textOf((await browser.open(`/${query}`)).body))?.[1];
    await console.accounts.pauseByOperator(other.id, new Date());
    expect(await accepted(`?account=${mine.id}&period=7d`)).toBe("1");
    expect((await browser.open(`/?account=${mine.id}`)).body).not.toContain("Other was paused");
    expect((await browser.open("/")).body).toContain("Other was paused");
    expect(await accepted("?account=&period=")).toBe("3");
    const nobody = await browser.open("/?account=nobody");
    expect([nobody.statusCode, textOf(nobody.body)]).toEqual([
      404,
      expect.stringContaining("There is no such account"),
    ]);
    expect(nobody.body).not.toContain("Accepted");
  });

  test("of a period that does not exist shows the usual one, and says so", async () => {
    const console = await aConsole();
    const browser = await console.as("vic");
    const { body, statusCode } = await browser.open("/?period=99d");
    expect(statusCode).toBe(200);
    expect(textOf(body)).toContain("period: choose one of the list. These are the figures of the last 24 hours.");
    expect(textOf((await browser.open("/?period=7d")).body)).not.toContain("choose one of the list");
  });

  test("shows how much money waits and how long it still can, apart from what only waits for a click", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account();
    const worth = (value: number) => ({
      value,
      currency: "EUR",
      orderId: null,
      contentIds: null,
      contents: null,
      numItems: null,
    });
    const soon = new Date(Date.now() + 3 * HOUR_MS);
    await console.stored({
      accountId,
      status: "held",
      reason: "meta_token_invalid",
      expiresAt: soon,
      details: worth(700),
    });
    await console.stored({ accountId, status: "waiting_click", reason: "no_click_yet", details: worth(90_000) });
    await console.count();
    const text = textOf((await (await console.as("vic")).open("/")).body);
    expect(text).toContain("Less than 6 hours left 1 €700");
    expect(text).toContain("All together 1 €700");
    expect(text).toContain("Besides, 1 event worth €90,000 waits for a click");
    expect(text).toContain(
      "Act soon Some events are lost in less than 6 hours 1 event worth €700 Then they are older than Meta takes. Mend what they wait for first. See them",
    );
  });
});

describe("something broken is recognised from the overview alone", () => {
  test("a dead token, with what is held and the way to where it is mended", async () => {
    const console = await aConsole();
    const account = await console.account({ name: "Casa Aurora" });
    await console.accounts.pause(account, "meta_token_invalid", new Date());
    await console.stored({ accountId: account.id, status: "held", reason: "meta_token_invalid" });
    await console.count();
    const { body } = await (await console.as("ana")).open("/");
    expect(textOf(body)).toContain("Broken Casa Aurora is paused: nothing of it reaches Meta Since ");
    expect(textOf(body)).toContain(
      "1 event worth R$10 held Meta says the access token is expired, revoked or malformed. Store a new access token on the account; its events then go out by themselves. Go to Casa Aurora",
    );
    expect(body).toContain(`href="/destinations#account-${account.id}"`);
  });

  test("a name that Meta refuses, with what it cost and since when", async () => {
    const console = await aConsole();
    const { id, datasetId } = await console.account({ name: "Tienda Sol" });
    await console.accounts.switchOffName(id, String(datasetId), "Purchase");
    const openedAt = new Date(Date.now() - 3 * HOUR_MS);
    await console.alerts.raise({ kind: "event_name_switched_off", accountId: id, detail: "Purchase" }, openedAt);
    const rejected = { status: "rejected", reason: "meta_invalid_event_type", endedAt: new Date() } as const;
    await console.stored({ accountId: id, eventName: "Purchase", ...rejected });
    const hour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
    const turnedAway = { code: "event_name_switched_off", eventName: "Purchase", count: 700 };
    await console.refusals.add([{ accountId: id, hour, ...turnedAway }]);
    await console.count();
    const text = textOf((await (await console.as("ana")).open("/")).body);
    expect(text).toContain("Broken Meta refuses every Purchase of Tienda Sol Since ");
    expect(text).toContain("(3 h) 1 event worth R$10 rejected, 700 turned away in this period");
    expect(text).not.toContain("sends what cannot be taken in");
  });

  test("clicks that are captured no longer", async () => {
    const console = await aConsole();
    const { wabaId } = await console.account({ name: "Nusantara Kopi" });
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const days = Array.from({ length: 7 }, (_, daysAgo) => ({
      wabaId,
      phoneNumberId: "555",
      day: new Date(today - daysAgo * DAY_MS),
      withClickId: daysAgo < 2 ? 2 : 95,
      withoutClickId: daysAgo < 2 ? 98 : 5,
    }));
    await console.clickCaptures.add(days);
    const text = textOf((await (await console.as("ana")).open("/")).body);
    expect(text).toContain("Broken Ad clicks of Nusantara Kopi are hardly captured any more (number 555) Since ");
    expect(text).toContain("196 clicks lost 2% of the messages from ads bring a click id; before it was 95%.");
    expect(text).toContain("A number has dropped.");
  });

  test("clicks that are captured no longer at one of very many numbers, of which only some are shown", async () => {
    const console = await aConsole();
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const captures = Array.from({ length: 70 }, (_, number) =>
      Array.from({ length: 7 }, (_, daysAgo) => ({
        wabaId: "10001",
        phoneNumberId: `number-${number}`,
        day: new Date(today - daysAgo * DAY_MS),
        withClickId: number === 69 && daysAgo < 2 ? 2 : 200 - number,
        withoutClickId: number === 69 && daysAgo < 2 ? 18 : 0,
      })),
    );
    await console.clickCaptures.add(captures.flat());
    const text = textOf((await (await console.as("ana")).open("/")).body);
    expect(text).toContain("The 50 of 70 numbers with most messages");
    expect(text).toContain("number-69 ");
    expect(text).toContain("number-48 ");
    expect(text).not.toContain("number-49 ");
  });

  test("Meta asking an account to slow down, which mends itself unless it lasts", async () => {
    const console = await aConsole();
    const account = await console.account({ name: "Casa Aurora" });
    await console.accounts.throttle(account, new Date(Date.now() + HOUR_MS));
    const retried = { accountId: account.id, status: "retry_scheduled", reason: "meta_throttled" } as const;
    const triedFirst = (ms: number) =>
      anAttempt({ startedAt: new Date(Date.now() - ms), outcome: "retry_scheduled", reason: "meta_throttled" });
    const acceptedAt = new Date(Date.now() - 40 * HOUR_MS);
    await console.stored({ ...retried, acceptedAt, attempts: [triedFirst(60_000), triedFirst(1_000)] });
    await console.count();
    const browser = await console.as("ana");
    const { body } = await browser.open("/");
    expect(textOf(body)).toContain("Good to know Meta throttles Casa Aurora: its events wait Since ");
    expect(textOf(body)).toContain("(1 min) 1 event worth R$10 wait It asked this account to send less");
    expect(body).toContain(`href="/events?account=${account.id}&amp;status=retry_scheduled&amp;tests=out"`);
    await console.stored({ ...retried, acceptedAt: new Date(), attempts: [triedFirst(5 * HOUR_MS)] });
    await console.count();
    expect(textOf((await browser.open("/")).body)).toContain("Act soon Meta throttles Casa Aurora: its events wait");
  });

  test("an order system that sends rubbish, but not somebody's three typing mistakes", async () => {
    const console = await aConsole();
    const { id } = await console.account({ name: "Casa Aurora" });
    await console.count();
    const thisHour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
    const refused = (count: number) =>
      console.refusals.add([{ accountId: id, hour: thisHour, code: "missing_field", eventName: null, count }]);
    await refused(3);
    const browser = await console.as("ana");
    const before = textOf((await browser.open("/")).body);
    expect(before).toContain("What needs you Nothing.");
    expect(before).toContain("A required field was missing. missing_field 3");
    await refused(500);
    const after = textOf((await browser.open("/")).body);
    expect(after).toContain("Broken The order system of Casa Aurora sends what cannot be taken in Since ");
    expect(after).toContain(
      "503 reports refused in the last 24 hours; their worth is not known 503 times: A required field",
    );
    expect(after).toContain("In the last 24 hours: Casa Aurora (503).");
  });

  test("refusals at intake of more causes than are listed add up all the same", async () => {
    const console = await aConsole();
    await console.count();
    const hour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
    const codes = Array.from({ length: 13 }, (_, index) => `code_${String.fromCharCode(97 + index)}`);
    await console.refusals.add(
      codes.map((code, index) => ({ accountId: "a", hour, code, eventName: null, count: 20 - index })),
    );
    const text = textOf((await (await console.as("vic")).open("/")).body);
    expect(text).toContain("code j. code_j 11 And 27 more, of 3 rarer kinds: code_k , code_l , code_m .");
    expect(text).toContain("How each is mended stands at /docs/errors of the API.");
  });

  test("an order system that sends rubbish, and not another one, nor for what another one did", async () => {
    const console = await aConsole();
    const { id: switchedOff } = await console.account({ name: "Tienda Sol" });
    const { id: broken } = await console.account({ name: "Casa Aurora" });
    const { id: other } = await console.account({ name: "Nusantara Kopi" });
    await console.count();
    const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const refused = (accountId: string, code: string, count: number, hoursAgo = 0) => ({
      accountId,
      hour: new Date(thisHour - hoursAgo * HOUR_MS),
      code,
      eventName: null,
      count,
    });
    await console.refusals.add([
      refused(switchedOff, "event_name_switched_off", 900),
      refused(broken, "event_time_too_old", 60),
      refused(broken, "unknown_field", 50),
      refused(broken, "unknown_field", 700, 30),
      refused(other, "missing_field", 90),
      refused(other, "missing_field", 5_000, 100),
    ]);
    const browser = await console.as("ana");
    for (const period of ["24h", "7d", "30d"]) {
      const text = textOf((await browser.open(`/?period=${period}`)).body);
      expect(text).toContain("Broken The order system of Casa Aurora sends what cannot be taken in Since ");
      expect(text).toContain("110 reports refused in the last 24 hours, of 200 for all accounts; their worth");
      expect(text).toContain("is not known 60 times: ");
      expect(text).toContain("In the last 24 hours: Casa Aurora (110), Nusantara Kopi (90), Tienda Sol (900).");
    }
    const own = textOf((await browser.open(`/?account=${other}`)).body);
    expect(own).toContain("Broken The order system of Nusantara Kopi sends what cannot be taken in");
    expect(own).toContain(
      "90 reports refused in the last 24 hours; their worth is not known 90 times: A required field",
    );
    const quiet = textOf((await browser.open(`/?account=${switchedOff}`)).body);
    expect(quiet).not.toContain("sends what cannot be taken in");
  });

  test("many accounts at once, of which the worst are shown and the others counted", async () => {
    const console = await aConsole();
    for (let number = 10; number < 33; number += 1) {
      const account = await console.account({ name: `Shop ${number}` });
      const { id, datasetId } = account;
      await console.accounts.throttle(account, new Date(Date.now() + HOUR_MS));
      if (number > 11) await console.accounts.switchOffName(id, String(datasetId), "Purchase");
      if (number > 30) await console.stored({ accountId: id, status: "retry_scheduled", reason: "meta_throttled" });
    }
    await console.count();
    const text = textOf((await (await console.as("ana")).open("/")).body);
    expect(text.match(/Meta throttles Shop/g)).toHaveLength(20);
    expect(text.indexOf("Meta throttles Shop 31")).toBeLessThan(text.indexOf("Meta throttles Shop 10"));
    expect(text).toContain("Good to know Meta does not take the events of 3 more accounts now");
    expect(text).toContain("Shown are the 20 accounts of which most events wait. Choose an account to see its own.");
    expect(text.match(/Meta refuses every Purchase of Shop/g)).toHaveLength(20);
    expect(text).toContain("Broken Meta refuses event names of 1 more account Only 20 accounts are shown.");
  });

  test("events of unknown outcome, an event that stops workers, and Meta counting nothing", async () => {
    const console = await aConsole();
    const { id: accountId } = await console.account({ name: "Casa Aurora" });
    const doubtful = { accountId, status: "outcome_unknown", reason: "no_clear_answer" } as const;
    const startedAt = new Date(Date.now() - 3 * HOUR_MS);
    await console.stored({ ...doubtful, attempts: [anAttempt({ startedAt, outcome: "outcome_unknown" })] });
    await console.alerts.raise({ kind: "event_quarantined", accountId, detail: "e123" }, new Date());
    await console.alerts.raise({ kind: "meta_counted_none", accountId, detail: "" }, new Date());
    await console.count();
    const { body } = await (await console.as("ana")).open("/");
    expect(textOf(body)).toMatch(
      /Some events of Casa Aurora may have arrived at Meta or not Since [^(]*\(3 h\) 1 event worth R\$10/,
    );
    expect(textOf(body)).toContain("Workers died five times in a row during one event");
    expect(body).toContain('href="/events/e123"');
    expect(textOf(body)).toContain("Meta answered 200 to account");
  });

  test("events of unknown outcome of several accounts, and only those of the one that is looked at", async () => {
    const console = await aConsole();
    for (const name of ["Casa Aurora", "Loja Boreal"]) {
      const { id: accountId } = await console.account({ name });
      await console.stored({ accountId, status: "outcome_unknown", reason: "no_clear_answer" });
    }
    await console.count();
    const browser = await console.as("ana");
    const text = textOf((await browser.open("/")).body);
    expect(text).toContain("Some events of 2 accounts may have arrived at Meta or not");
    const [one] = await console.accounts.list();
    const own = textOf((await browser.open(`/?account=${one?.id}`)).body);
    expect(own).toContain(`Some events of ${one?.name} may have arrived at Meta or not`);
  });

  test("figures that no worker counts", async () => {
    const console = await aConsole();
    const browser = await console.as("ana");
    expect(textOf((await browser.open("/")).body)).toContain("The figures have not been counted yet");
    await console.count();
    await console.mongo.native.rollupProgress.updateOne(
      { _id: "rollups" },
      { $set: { seenUntil: new Date(Date.now() - HOUR_MS) } },
    );
    expect(textOf((await browser.open("/")).body)).toContain("Nothing is sent while no worker runs.");
  });

  test("an account's name that tries to be a script stays a name", async () => {
    const console = await aConsole();
    const account = await console.account({ name: '<script>alert("x")</script>' });
    await console.accounts.pauseByOperator(account.id, new Date());
    const { body } = await (await console.as("ana")).open("/");
    expect(body).not.toContain("<script>alert");
    expect(textOf(body)).toContain('<script>alert("x")</script> was paused by a person');
  });
});

test("a page that brings itself up to date leads to the login once its reader is logged out", async () => {
  const console = await aConsole();
  const reply = await console.app.inject({ url: "/", headers: { "hx-request": "true", accept: "text/html" } });
  expect([reply.statusCode, reply.headers["hx-refresh"]]).toEqual([401, "true"]);
});
