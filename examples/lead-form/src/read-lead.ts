import { type PhoneProblem, readPhone } from "@capi-relay/sdk/phone";

/** What the visitor typed, as it came. */
export interface Typed {
  /** Made with the page, so that the form sent twice is one lead. */
  readonly leadId: string;
  readonly phone: string;
  readonly email: string;
  readonly agreed: boolean;
}

export interface Lead {
  readonly leadId: string;
  readonly phoneE164: string;
  readonly email: string | undefined;
}

/** What is wrong, by field, in words for the visitor. */
export type Mistakes = Partial<Record<"phone" | "email" | "agreed", string>>;

export type ReadLead =
  | { readonly kind: "lead"; readonly lead: Lead }
  | { readonly kind: "mistakes"; readonly mistakes: Mistakes };

const PHONE_SENTENCES: Readonly<Record<PhoneProblem, string>> = {
  missing: "Please tell us your WhatsApp number.",
  not_a_number: "This does not look like a phone number.",
  country_unknown: "Please begin with your country code, such as +55.",
  country_code_unknown: "We do not know this country code.",
  too_short: "Some digits are missing.",
  too_long: "These are too many digits.",
  impossible: "Please check the number of digits.",
};

/** The form's fields; anything that is missing is empty. */
export function readForm(form: URLSearchParams): Typed | null {
  const leadId = form.get("leadId") ?? "";
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(leadId)) return null;
  const field = (name: string) => (form.get(name) ?? "").trim();
  return { leadId, phone: field("phone"), email: field("email"), agreed: form.get("agreed") === "yes" };
}

/** The longest address capi-relay takes; a pattern must not run over more than that. */
const MAX_EMAIL = 320;

/** @param country Where numbers without a country code are from. */
export function readLead({ leadId, phone, email, agreed }: Typed, country: string): ReadLead {
  const reading = readPhone(phone, country);
  const mistakes: Mistakes = {
    ...(reading.kind === "unusable" ? { phone: PHONE_SENTENCES[reading.problem] } : {}),
    ...(email === "" || (email.length <= MAX_EMAIL && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
      ? {}
      : { email: "This does not look like an e-mail address." }),
    ...(agreed ? {} : { agreed: "We need your consent to write to you." }),
  };
  if (reading.kind === "unusable" || Object.keys(mistakes).length > 0) return { kind: "mistakes", mistakes };
  return { kind: "lead", lead: { leadId, phoneE164: reading.phoneE164, email: email === "" ? undefined : email } };
}
