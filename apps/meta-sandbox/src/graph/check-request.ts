import { isRecord, type JsonRecord } from "../json-record.ts";
import { EVENT_CHECKS, type EventRules } from "./event-checks.ts";
import type { Refusal } from "./graph-errors.ts";

/** Meta's own limit. Source: "Using the API", Conversions API. */
const MAX_EVENTS = 1000;

export type DataVerdict = { readonly events: readonly JsonRecord[] } | { readonly refusal: Refusal };

/**
 * Checks 6 to 16: the body, then every event in turn. The first failure refuses the whole request and nothing of it is
 * processed, as Meta does.
 */
export function checkData(fields: JsonRecord | null, rules: EventRules): DataVerdict {
  if (fields === null) return invalid("The request body is not a JSON object");
  const { data } = fields;
  if (!Array.isArray(data)) return invalid("param data must be an array.");
  if (data.length < 1 || data.length > MAX_EVENTS) return invalid(`param data must have 1 to ${MAX_EVENTS} elements.`);
  for (const event of data) {
    if (!isRecord(event)) return invalid("param data must be an array of objects.");
    for (const check of EVENT_CHECKS) {
      const refusal = check(event, rules);
      if (refusal !== null) return { refusal };
    }
  }
  return { events: data as readonly JsonRecord[] };
}

const invalid = (value: string): DataVerdict => ({ refusal: { error: "data_invalid", value } });
