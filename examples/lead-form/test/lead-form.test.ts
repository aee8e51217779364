import { once } from "node:events";
import { aRunningStack } from "@capi-relay/local-stack/builders";
import { CapiRelay } from "@capi-relay/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { leadForm } from "../src/lead-form.ts";

const PHONE = "5511987654321";
const TYPED = { phone: "(11) 98765-4321", email: "canary.visitor@example.com", agreed: "yes" };

let stack: Awaited<ReturnType<typeof aRunningStack>>;
let relay: CapiRelay;

beforeAll(async () => {
  stack = await aRunningStack();
  relay = new CapiRelay({ baseUrl: stack.apiUrl, apiKey: stack.apiKey });
  await stack.click(PHONE);
}, 60_000);
afterAll(() => stack.stop());

/** The example, and a visitor who has opened its page. */
async function aVisitor(client: CapiRelay = relay) {
  const lines: string[] = [];
  const server = leadForm({
    relay: client,
    accountId: stack.accountId,
    country: "BR",
    log: (line) => void lines.push(line),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const root = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const opened = await (await fetch(root)).text();
  const leadId = /name="leadId" value="([^"]+)"/.exec(opened)?.[1] ?? "";
  return {
    lines,
    leadId,
    async send(typed: Record<string, string>) {
      const answer = await fetch(`${root}/leads`, { method: "POST", body: new URLSearchParams({ leadId, ...typed }) });
      return { status: answer.status, html: await answer.text() };
    },
  };
}

const idIn = (line: string | undefined) => / as (\S+)$/.exec(line ?? "")?.[1] ?? "";

test("a lead is LeadSubmitted at Meta, once, although the visitor clicked twice", async () => {
  const { send, lines, leadId } = await aVisitor();
  const [first, second] = await Promise.all([send(TYPED), send(TYPED)]);
  expect([first?.status, second?.status]).toEqual([200, 200]);
  expect(first?.html).toContain("We will write to you on WhatsApp.");
  expect(lines).toHaveLength(2);
  expect(idIn(lines[0])).toBe(idIn(lines[1]));
  const { story } = await relay.conversions.waitUntilSettled(idIn(lines[0]), { timeoutMs: 20_000 });
  expect(story).toMatchObject({ status: "delivered", eventName: "LeadSubmitted" });
  expect(await stack.received(`lead-${leadId}:LeadSubmitted`)).toHaveLength(1);
  for (const secret of [TYPED.phone, TYPED.email, PHONE]) expect(lines.join()).not.toContain(secret);
}, 30_000);

test("the same page sent again with another number is told that the first one stands", async () => {
  const { send } = await aVisitor();
  await send(TYPED);
  const again = await send({ ...TYPED, phone: "(11) 98765-0000" });
  expect(again.status).toBe(200);
  expect(again.html).toContain("We have your request already");
});

test.each([
  [{ ...TYPED, phone: "" }, "Please tell us your WhatsApp number."],
  [{ ...TYPED, phone: "11 9876" }, "Some digits are missing."],
  [{ ...TYPED, email: "at home" }, "This does not look like an e-mail address."],
  [{ ...TYPED, email: `a@${".".repeat(400)}com` }, "This does not look like an e-mail address."],
  [{ phone: TYPED.phone }, "We need your consent to write to you."],
])("a mistake comes back with the form as it was typed, and reports nothing: %j", async (typed, sentence) => {
  const { send, lines, leadId } = await aVisitor();
  const { status, html } = await send(typed);
  expect(status).toBe(422);
  expect(html).toContain(sentence);
  expect(html).toContain(leadId);
  expect(html).toContain(`value="${typed.phone}"`);
  expect(lines).toEqual([]);
});

test("what was typed cannot become markup", async () => {
  const { send } = await aVisitor();
  const { html } = await send({ ...TYPED, email: `"><script>alert(1)</script>` });
  expect(html).not.toContain("<script>");
  expect(html).toContain("&quot;&gt;&lt;script&gt;");
});

test("a form without its lead id is a new form", async () => {
  const { send } = await aVisitor();
  const { status, html } = await send({ ...TYPED, leadId: "guessed" });
  expect(status).toBe(400);
  expect(html).toContain("Please fill in the form again.");
});

test("while the relay is away the visitor keeps what was typed, and the same lead id", async () => {
  const nobody = new CapiRelay({ baseUrl: "http://127.0.0.1:9", apiKey: stack.apiKey, retries: 0 });
  const { send, lines, leadId } = await aVisitor(nobody);
  const { status, html } = await send(TYPED);
  expect(status).toBe(503);
  expect(html).toContain(`value="${leadId}"`);
  expect(html).toContain(TYPED.email);
  expect(lines).toEqual([expect.stringMatching(/^a lead is not taken, capi-relay could not be reached/)]);
});
