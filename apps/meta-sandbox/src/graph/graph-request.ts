import type { FastifyRequest } from "fastify";
import { isRecord, type JsonRecord } from "../json-record.ts";

/** One call as the checks see it, whichever of Meta's ways brought the token. */
export interface GraphRequest {
  readonly version: string;
  readonly id: string;
  readonly token: string | null;
  readonly appSecretProof: string | null;
  /** Null when the body could not be read as an object. */
  readonly fields: JsonRecord | null;
}

/** Deeper bodies are refused: writing them to the log again would exhaust the stack. */
const MAX_DEPTH = 32;

/** Token precedence: Bearer header, query, body field. Meta takes all three. */
export function readGraphRequest(request: FastifyRequest): GraphRequest {
  const params = request.params as { version: string; id?: string };
  const query = request.query as Record<string, unknown>;
  const fields = readFields(request.body, request.headers["content-type"]);
  const bearer = /^(?:Bearer|OAuth) +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return {
    version: params.version,
    id: params.id ?? "",
    token: bearer ?? text(query["access_token"]) ?? text(fields?.["access_token"]),
    appSecretProof: text(query["appsecret_proof"]) ?? text(fields?.["appsecret_proof"]),
    fields,
  };
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function readFields(body: unknown, contentType: string | undefined): JsonRecord | null {
  if (body === undefined || body === null || body === "") return {};
  if (typeof body !== "string") return null;
  if (!contentType?.startsWith("application/x-www-form-urlencoded")) return parseRecord(body);
  const form: Record<string, unknown> = Object.fromEntries(new URLSearchParams(body));
  // In a form, Meta takes `data` as JSON text.
  const data = typeof form["data"] === "string" ? parseJson(form["data"]) : undefined;
  return { ...form, data };
}

function parseRecord(json: string): JsonRecord | null {
  const value = parseJson(json);
  return isRecord(value) ? value : null;
}

function parseJson(json: string): unknown {
  if (isTooDeep(json)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    // Refused by the check of `data`, after the checks of token and dataset.
    return undefined;
  }
}

function isTooDeep(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
