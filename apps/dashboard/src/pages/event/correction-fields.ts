import { ConversionChanges } from "@capi-relay/contract";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { type Html, html } from "../../html.ts";

const FIELDS = ["eventName", "value", "currency", "orderId"] as const;
type FieldName = (typeof FIELDS)[number];
type Typed = Readonly<Record<FieldName, string>>;

/** What may be corrected here, filled in as it is. Whose conversion it was is corrected over the API: no personal data here. */
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
export function changesBetween(before: Typed, typed: Typed): Changes {
  const changed = FIELDS.filter((name) => typed[name] !== before[name]);
  if (changed.length === 0) return { kind: "none" };
  const [emptied] = changed.filter((name) => typed[name] === "");
  if (emptied !== undefined)
    return {
      kind: "mistake",
      sentence: `${LABELS[emptied]} cannot be taken away. Write another one, or leave it as it was.`,
    };
  const given = changed.map((name) => [name, name === "value" ? numberIn(typed.value) : typed[name]]);
  const parsed = ConversionChanges.safeParse(Object.fromEntries(given));
  if (parsed.success) return { kind: "changes", changes: parsed.data };
  const [issue] = parsed.error.issues;
  if (issue?.path[0] === "value") return { kind: "mistake", sentence: "The value has to be a number such as 129.90." };
  return {
    kind: "mistake",
    sentence: `${LABELS[String(issue?.path[0]) as FieldName]}: ${issue?.message ?? "not understood"}.`,
  };
}

const LABELS: Readonly<Record<FieldName, string>> = {
  eventName: "The event name",
  value: "The value",
  currency: "The currency",
  orderId: "The order id",
};

/** Both `129.90` and `129,90`: people write numbers as their country does. Thousands are not guessed. */
function numberIn(text: string): number {
  return /^[0-9]+([.,][0-9]+)?$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}
