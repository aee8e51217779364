import { request } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { DATASET, goodEvent, type RunningSandbox, startSeeded, TOKEN, WABA } from "./running-sandbox.ts";

const order = (sandbox: RunningSandbox, fault: object) => sandbox.admin("POST", "/faults", fault);

/** Sends one good event over a raw client and tells what came back, or how the connection ended. */
function sendRaw({ url }: RunningSandbox, timeoutMs = 2000): Promise<{ status: number; text: string } | string> {
  return new Promise((resolve) => {
    const body = JSON.stringify({ data: [goodEvent()] });
    const call = request(`${url}/v25.0/${DATASET}/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      timeout: timeoutMs,
    });
    call.on("timeout", () => {
      resolve("timeout");
      call.destroy();
    });
    call.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    call.on("response", async (response) => {
      let text = "";
      response.on("error", () => resolve(`cut after ${text.length}`));
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    call.end(body);
  });
}

describe("faults that come before anything is recorded", () => {
  test.each([
    ["error_500", {}, 500, { code: 2, is_transient: true }],
    ["code_1", { times: 1 }, 500, { code: 1 }],
    ["token_expired", {}, 401, { code: 190, error_subcode: 463 }],
    ["error_envelope", { status: 403, code: 10 }, 403, { code: 10 }],
    ["error_envelope", { code: 100, subcode: 2804050 }, 400, { code: 100, error_subcode: 2804050 }],
    ["throttle_80004", {}, 400, { code: 80004, error_subcode: 2446079 }],
    ["throttle_429", {}, 429, { code: 4, is_transient: true }],
  ])("%s answers with its envelope once, then all is well", async (kind, fields, status, error) => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind, ...fields });
    const answer = await sandbox.send([goodEvent()]);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ ...error, fbtrace_id: expect.stringMatching(/^A/) });
    expect((await sandbox.summary()).eventsReceived).toBe(0);
    expect((await sandbox.send([goodEvent()])).status).toBe(200);
    expect(await sandbox.summary()).toMatchObject({ requests: 2, faultedRequests: 1, rejectedRequests: 0 });
  });

  test("throttling says how long, in Meta's units", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "throttle_80004", retryAfterS: 90 });
    await order(sandbox, { kind: "throttle_429", retryAfterS: 7 });
    const usage = JSON.parse((await sandbox.send([goodEvent()])).headers.get("x-business-use-case-usage") ?? "{}");
    expect(usage[WABA][0]).toMatchObject({ call_count: 100, estimated_time_to_regain_access: 2 });
    expect((await sandbox.send([goodEvent()])).headers.get("retry-after")).toBe("7");
  });

  test("html_502, empty_body, truncated_json and redirect are no Graph answers", async () => {
    const sandbox = await startSeeded();
    for (const kind of ["html_502", "empty_body", "truncated_json"]) await order(sandbox, { kind });
    await order(sandbox, { kind: "redirect", location: "http://127.0.0.1:1/elsewhere" });
    const answers = [];
    for (let at = 0; at < 4; at += 1) answers.push(await sandbox.send([goodEvent()]));
    expect(answers.map(({ status }) => status)).toEqual([502, 200, 200, 302]);
    expect(answers[0]?.text).toContain("<html>");
    expect(answers[1]?.text).toBe("");
    expect(answers[2]?.text).toMatch(/^\{"events_received"/);
    expect(answers[3]?.headers.get("location")).toBe("http://127.0.0.1:1/elsewhere");
    expect((await sandbox.summary()).eventsReceived).toBe(0);
  });

  test("hang never answers, drop_before_answer cuts the connection", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "hang" });
    await order(sandbox, { kind: "drop_before_answer" });
    expect(await sendRaw(sandbox, 200)).toBe("timeout");
    expect(await sendRaw(sandbox)).toBe("ECONNRESET");
    expect((await sandbox.summary()).eventsReceived).toBe(0);
  });

  test("a hanging answer does not keep the sandbox from closing", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "hang" });
    const hanging = sendRaw(sandbox, 60_000);
    await vi.waitFor(async () => expect((await sandbox.summary()).faultedRequests).toBe(1));
    await sandbox.close();
    expect(await hanging).toBe("ECONNRESET");
  });

  test("slow_drip sends its answer byte by byte", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "slow_drip", delayMs: 1, afterRecording: true });
    const answer = await sendRaw(sandbox);
    expect(answer).toMatchObject({ status: 200 });
    expect(JSON.parse((answer as { text: string }).text).events_received).toBe(1);
  });
});

describe("faults that come after the events were recorded", () => {
  test.each(["record_then_drop", "record_then_hang"])("%s: the double-count trap", async (kind) => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind });
    expect(await sendRaw(sandbox, 200)).toBe(kind === "record_then_drop" ? "ECONNRESET" : "timeout");
    expect(await sendRaw(sandbox)).toMatchObject({ status: 200 });
    expect(await sandbox.summary()).toMatchObject({ eventsReceived: 2, distinctEvents: 1, duplicates: 1 });
  });

  test("any fault can come after recording", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "html_502", afterRecording: true });
    expect((await sandbox.send([goodEvent()])).status).toBe(502);
    expect((await sandbox.summary()).eventsReceived).toBe(1);
  });

  test("such a fault waits for a request that passes the checks", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "html_502", afterRecording: true });
    expect((await sandbox.send([goodEvent({ event_name: "Lead" })])).status).toBe(400);
    expect((await sandbox.admin("GET", "/faults")).body.faults).toHaveLength(1);
  });

  test("counted_none takes nothing; counted_fewer loses one, and the log agrees", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "counted_none" });
    await order(sandbox, { kind: "counted_fewer" });
    const events = [1, 2, 3].map((at) => goodEvent({ event_id: `order-${at}` }));
    expect((await sandbox.send(events)).body).toMatchObject({ events_received: 0, messages: [] });
    expect((await sandbox.send(events)).body.events_received).toBe(2);
    expect((await sandbox.summary()).eventsReceived).toBe(2);
  });

  test("late_answer records at once and answers later", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "late_answer", delayMs: 60_000 });
    const answer = sandbox.send([goodEvent()]).catch(() => "closed");
    await vi.waitFor(async () => expect((await sandbox.summary()).eventsReceived).toBe(1));
    await sandbox.close();
    await answer;
  });
});

describe("which requests a fault strikes", () => {
  test("a fault for one dataset leaves the others alone", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "error_500", datasetId: "2000" });
    expect((await sandbox.send([goodEvent()])).status).toBe(200);
  });

  test("code 1 heals after so many times, or never", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "code_1", times: 2 });
    const statuses = async (count: number) => {
      const seen = [];
      for (let at = 0; at < count; at += 1) seen.push((await sandbox.send([goodEvent()])).status);
      return seen;
    };
    expect(await statuses(3)).toEqual([500, 500, 200]);
    await order(sandbox, { kind: "code_1" });
    expect(await statuses(8)).toEqual(Array.from({ length: 8 }, () => 500));
    await sandbox.admin("DELETE", "/faults");
    expect(await statuses(1)).toEqual([200]);
  });

  test("a DELETE that announces JSON and brings none, as a curl configuration makes it, takes them off too", async () => {
    const sandbox = await startSeeded();
    await order(sandbox, { kind: "code_1" });
    expect((await sandbox.admin("DELETE", "/faults", "")).status).toBe(204);
    expect((await sandbox.send([goodEvent()])).status).toBe(200);
    expect((await sandbox.admin("POST", "/faults", "{")).body).toMatchObject({ error: "The body is not JSON." });
    expect((await sandbox.admin("POST", "/faults", "")).status).toBe(400);
  });

  test("forMs ends a fault in real time, wherever the sandbox's clock was steered to", async () => {
    let realNowMs = Date.now();
    const sandbox = await startSeeded({}, { realNowMs: () => realNowMs });
    await order(sandbox, { kind: "error_500", forMs: 1000 });
    await sandbox.admin("POST", "/clock", { offsetMs: 3_600_000 });
    expect((await sandbox.send([goodEvent()])).status).toBe(500);
    realNowMs += 1000;
    expect((await sandbox.send([goodEvent()])).status).toBe(200);
  });

  test("an unknown kind or field is refused in words", async () => {
    const sandbox = await startSeeded();
    const answer = await order(sandbox, { kind: "explode", often: true });
    expect(answer.status).toBe(400);
    expect(answer.body.details.join()).toContain("kind");
  });
});

test("usage headers rise to 100, then 80004", async () => {
  const sandbox = await startSeeded({ callLimit: { calls: 4, windowMs: 3_600_000 } });
  const answers = [];
  for (let at = 0; at < 5; at += 1) answers.push(await sandbox.send([goodEvent({ event_id: `order-${at}` })]));
  const percents = answers.map(({ headers }) => JSON.parse(headers.get("x-app-usage") ?? "{}").call_count);
  expect(percents).toEqual([25, 50, 75, 100, 100]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400]);
  expect(answers[4]?.body.error.code).toBe(80004);
  const usage = JSON.parse(answers[4]?.headers.get("x-business-use-case-usage") ?? "{}");
  expect(usage[WABA][0].estimated_time_to_regain_access).toBe(60);
  expect((await sandbox.summary()).bySubcode).toEqual({ 2446079: 1 });
});
