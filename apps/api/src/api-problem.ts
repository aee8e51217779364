import type { ApiErrorBody, ErrorDetail } from "@capi-relay/contract";
import type { z } from "zod";
import { plainMessage } from "./plain-messages.ts";
import { PROBLEMS, type ProblemCode } from "./problems.ts";

/** A refusal with its code, the field it is about, and one sentence that names the fix. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly param: string | null;
  readonly details: readonly ErrorDetail[];
  /** When to try again, if somebody knows better than the usual few seconds. */
  retryAfterSeconds: number | null = null;

  constructor(
    code: ProblemCode,
    message: string = PROBLEMS[code].meaning,
    param: string | null = null,
    details?: readonly ErrorDetail[],
  ) {
    super(message);
    this.code = code;
    this.param = param;
    this.details = details ?? [{ code, param, message }];
  }

  retryAfter(seconds: number | null): this {
    this.retryAfterSeconds = seconds;
    return this;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** The body of an error answer. */
export function errorBody({ code, message, param, details }: ApiProblem, requestId: string): ApiErrorBody {
  return { error: message, type: PROBLEMS[code].type, code, param, details, requestId, docUrl: `/docs/errors#${code}` };
}

/** Nobody mends more at a time, and a short request must not buy a long answer. */
const MAX_DETAILS = 100;

/** Parses input; every mistake becomes a detail, up to a hundred, the first one the headline. Values are never repeated: they may be personal. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: plainMessage, reportInput: true });
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.slice(0, MAX_DETAILS).flatMap(detailsOf).slice(0, MAX_DETAILS);
  const first = details[0] ?? { code: "invalid_value" as const, param: null, message: "The request is not valid." };
  throw new ApiProblem(first.code, first.message, first.param, details);
}

interface CodedDetail extends ErrorDetail {
  readonly code: ProblemCode;
}

function detailsOf(issue: z.core.$ZodIssue): CodedDetail[] {
  const path = issue.path.map(pathPart).join(".");
  if (issue.code === "unrecognized_keys") return issue.keys.slice(0, MAX_DETAILS).map((key) => unknownField(path, key));
  const param = path === "" ? null : path;
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return [{ code: "missing_field", param, message: `${param ?? "The body"} is missing.` }];
  }
  if (issue.code === "invalid_value" && issue.input === undefined) {
    return [{ code: "missing_field", param, message: `${param ?? "The body"} is missing; it ${issue.message}.` }];
  }
  const message = isWholeSentence(issue)
    ? asSentence(issue.message, null)
    : sentence(param ?? "The body", issue.message);
  return [{ code: codeOf(issue), param, message }];
}

/** Keys of a map are the caller's own words, which are not repeated unless they look like a name. */
function pathPart(part: PropertyKey): string {
  return typeof part === "number" || /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(String(part)) ? String(part) : "*";
}

/** A field name is repeated only if it looks like one: a misplaced phone number or token must not come back in an answer. */
function unknownField(path: string, key: string): CodedDetail {
  const isPlainName = /^[A-Za-z_][A-Za-z_]{0,39}$/.test(key);
  const param = isPlainName ? [path, key].filter(Boolean).join(".") : path || null;
  const subject = isPlainName ? param : "A field whose name is not repeated here";
  return {
    code: "unknown_field",
    param,
    message: `${subject} is not a field of this request; remove it or correct its name.`,
  };
}

function codeOf(issue: z.core.$ZodIssue): ProblemCode {
  const code: unknown = issue.code === "custom" ? issue.params?.["code"] : undefined;
  return typeof code === "string" && code in PROBLEMS ? (code as ProblemCode) : "invalid_value";
}

/** A rule about several fields has a code of its own and says all there is to say. */
function isWholeSentence(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["code"] !== undefined;
}

/** Our schemas complete the field's name ("must be …"); Zod's own messages stand alone. */
function sentence(subject: string, message: string): string {
  return asSentence(/^[A-Z]/.test(message) ? `${subject}: ${message}` : `${subject} ${message}`, subject);
}

/** With a capital, unless it begins with a field's name, and with a full stop. */
export function asSentence(text: string, param: string | null): string {
  const begun = param !== null && text.startsWith(param) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return begun.endsWith(".") ? begun : `${begun}.`;
}
