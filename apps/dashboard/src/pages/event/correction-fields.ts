import { ConversionChanges } from "@capi-relay/contract";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { readTypedNumber } from "../../reader/typed-number.ts";

const FIELDS = ["eventName", "value", "currency", "orderId"] as const;
type FieldName = (typeof FIELDS)[number];
type Typed = Readonly<Record<FieldName, string>>;

/**
 * What may be corrected here, filled in as it is. Whose conversion it was is corrected over the API: no personal data
 * here.
 */
export function correctionFields(typed: Typed, { allowedEventNames, switchedOffEventNames }: Account): Html {
  const names = allowedEventNames.filter((name) => !switchedOffEventNames.includes(name));
  const shown = names.some((name) => name === typed.eventName) ? names : [typed.eventName, ...names];
  return html`<div class="fields">
<div><label for="eventName">Event name</label><select id="eventName" name="eventName">${shown.map((name) => html`<option value=${name} selected=${name === typed.eventName}>${name}</option>`)}</select></div>
<div><label for="value">Value</label><input id="value" name="value" inputmode="decimal" maxlength="20" value=${typed.value} /></div>
<div><label for="currency">Currency</label><input id="currency" name="currency" maxlength="3" value=${typed.currency} placeholder="BRL" /></div>
<div><label for="orderId">Order id</label><input id="orderId" name="orderId" maxlength="128" value=${typed.orderId} /></div>
</div>`;
}

/** The fields as they would be typed if nothing were to change. */
export function asTyped({ eventName, details }: LedgerEvent): Typed {
  const { value, currency, orderId } = details;
  return { eventName, value: value === null ? "" : String(value), currency: currency ?? "", orderId: orderId ?? "" };
}

/** The fields of a form; what it does not hold stays as it was. */
export function typedIn(form: URLSearchParams, before: Typed): Typed {
  const read = (name: FieldName) => (form.get(name) ?? before[name]).trim();
  return { eventName: read("eventName"), value: read("value"), currency: read("currency"), orderId: read("orderId") };
}

export type Changes =
  | { readonly kind: "none" }
  | { readonly kind: "changes"; readonly changes: ConversionChanges }
  | { readonly kind: "mistake"; readonly sentence: string };

/** What somebody changed, checked as the API checks it. An emptied field cannot be sent: it is named. */
export function changesBetween(before: Typed, typed: Typed, reader: Reader): Changes {
  const changed = FIELDS.filter((name) => typed[name] !== before[name]);
  if (changed.length === 0) return { kind: "none" };
  const [emptied] = changed.filter((name) => typed[name] === "");
  if (emptied !== undefined)
    return mistake(`${LABELS[emptied]} cannot be taken away. Write another one, or leave it as it was.`);
  const value = changed.includes("value") ? valueIn(typed.value, reader) : null;
  if (typeof value === "string") return mistake(value);
  const given = changed.map((name) => [name, name === "value" ? value : typed[name]]);
  const parsed = ConversionChanges.safeParse(Object.fromEntries(given));
  if (parsed.success) return { kind: "changes", changes: parsed.data };
  const [issue] = parsed.error.issues;
  if (issue?.path[0] === "value") return mistake(notANumber(reader));
  return mistake(`${LABELS[String(issue?.path[0]) as FieldName]}: ${issue?.message ?? "not understood"}.`);
}

function mistake(sentence: string): Changes {
  return { kind: "mistake", sentence };
}

const LABELS: Readonly<Record<FieldName, string>> = {
  eventName: "The event name",
  value: "The value",
  currency: "The currency",
  orderId: "The order id",
};

/** The number that was typed, or the sentence that refuses it. */
function valueIn(text: string, reader: Reader): number | string {
  const typed = readTypedNumber(text);
  switch (typed.kind) {
    case "number":
      return typed.value;
    case "ambiguous":
      return `The value could be ${reader.amount(typed.thousands)} or ${reader.amount(typed.decimals)}. Write it with its cents, as here.`;
    case "not_a_number":
      return notANumber(reader);
  }
}

function notANumber(reader: Reader): string {
  return `The value has to be a number such as ${reader.amount(129.9)} or ${reader.amount(1_234.5)}.`;
}
