import { readFileSync } from "node:fs";
import { callJson, type JsonAnswer } from "./http-json.ts";

/** One event Meta's imitation accepted, as its append-only log holds it. */
export interface OracleCopy {
  readonly ordinal: number;
  readonly receivedAt: string;
  readonly datasetId: string;
  readonly tokenFingerprint: string;
  readonly eventId: string | null;
  readonly eventName: string;
  readonly testEventCode: string | null;
  readonly event: {
    readonly event_time: number;
    readonly user_data: { readonly ctwa_clid: string; readonly whatsapp_business_account_id: string };
    readonly custom_data?: { readonly value?: number; readonly currency?: string };
  };
}

/** Steers Meta's imitation, and reads what it accepted. */
export class SandboxClient {
  readonly url: string;
  readonly #adminToken: string;
  readonly #logFile: string;

  constructor(url: string, adminToken: string, logFile: string) {
    this.url = url;
    this.#adminToken = adminToken;
    this.#logFile = logFile;
  }

  async admin(method: string, path: string, body?: unknown): Promise<JsonAnswer["body"]> {
    const answer = await callJson({
      method,
      url: `${this.url}/admin${path}`,
      token: this.#adminToken,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) throw new Error(`the sandbox answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Orders a fault: it strikes the next requests. */
  fault(order: { kind: string; [field: string]: unknown }): Promise<unknown> {
    return this.admin("POST", "/faults", order);
  }

  heal(): Promise<unknown> {
    return this.admin("DELETE", "/faults");
  }

  async requests(datasetId?: string): Promise<number> {
    const summary = await this.admin("GET", "/summary");
    return datasetId === undefined ? summary.requests : (summary.byDataset[datasetId]?.requests ?? 0);
  }

  /** Everything it ever accepted, also before a restart. */
  copies(): OracleCopy[] {
    return readFileSync(this.#logFile, "utf8")
      .split("\n")
      .filter((line) => line.startsWith('{"ordinal"'))
      .map((line) => JSON.parse(line));
  }
}
