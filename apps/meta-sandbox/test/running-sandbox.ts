import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { buildSandbox, type SandboxOptions } from "../src/app.ts";
import type { Summary } from "../src/summary.ts";

export const WABA = "102290129340398";
export const DATASET = "1000000000000001";
export const TOKEN = "EAATESTTOKEN";
export const CLICK = "ARA-example-click-id-0123456789";
const ADMIN_TOKEN = "admin-token-for-tests";

/** What tests read of the bodies; each answer has only some of it. */
interface AnswerBody {
  readonly error: {
    readonly code: number;
    readonly error_subcode?: number;
    readonly message: string;
    readonly is_transient?: boolean;
    readonly error_user_msg: string;
    readonly fbtrace_id: string;
  };
  readonly id: string;
  readonly events_received: number;
  readonly events: readonly { readonly ordinal: number; readonly copy: number; readonly eventId: string }[];
  readonly nextAfter: number | null;
  readonly faults: readonly object[];
  readonly details: readonly string[];
}
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: AnswerBody;
}

export async function newLogFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "meta-sandbox-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "log", "received.jsonl");
}

/** A sandbox on a free port, closed when the test ends. */
export async function startSandbox(options: Partial<SandboxOptions> = {}) {
  const logFile = options.logFile ?? (await newLogFile());
  const { app } = await buildSandbox({ adminToken: ADMIN_TOKEN, ...options, logFile });
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => app.close());
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      redirect: "manual",
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) } satisfies Answer;
  };
  const admin = (method: string, path: string, body?: unknown) =>
    call(method, `/admin${path}`, body, { authorization: `Bearer ${ADMIN_TOKEN}` });
  return {
    url,
    logFile,
    call,
    admin,
    close: () => app.close(),
    /** Sends events with the seeded token. */
    send: (events: unknown, { token = TOKEN, datasetId = DATASET, version = "v25.0" } = {}) =>
      call("POST", `/${version}/${datasetId}/events`, { data: events }, { authorization: `Bearer ${token}` }),
    summary: async () => (await admin("GET", "/summary")).body as unknown as Summary,
  };
}
export type RunningSandbox = Awaited<ReturnType<typeof startSandbox>>;

/** A sandbox that knows one WABA, its dataset, its token and one click. */
export async function startSeeded(settings: object = {}, options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox(options);
  await seed(sandbox, settings);
  return sandbox;
}

export async function seed(sandbox: RunningSandbox, settings: object = {}): Promise<void> {
  const put = await sandbox.admin("PUT", `/wabas/${WABA}`, { datasetId: DATASET, token: TOKEN, ...settings });
  if (put.status !== 200) throw new Error(`could not seed: ${JSON.stringify(put.body)}`);
  await sandbox.admin("POST", `/wabas/${WABA}/clicks`, { ctwaClids: [CLICK] });
}

export const nowS = (): number => Math.floor(Date.now() / 1000);

/** An event that every check lets pass. */
export function goodEvent(changes: object = {}) {
  return {
    event_name: "Purchase",
    event_time: nowS(),
    event_id: "order-1",
    action_source: "business_messaging",
    messaging_channel: "whatsapp",
    user_data: { whatsapp_business_account_id: WABA, ctwa_clid: CLICK },
    custom_data: { currency: "BRL", value: 149.9 },
    ...changes,
  };
}

function parsed(text: string): AnswerBody {
  try {
    return JSON.parse(text);
  } catch {
    // Not every answer is JSON: those tests read `text`.
    return {} as AnswerBody;
  }
}
