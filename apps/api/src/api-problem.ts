import type { ApiErrorBody, ErrorDetail } from "@capi-relay/contract";
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

/** With a capital, unless it begins with a field's name, and with a full stop. */
export function asSentence(text: string, param: string | null): string {
  const begun = param !== null && text.startsWith(param) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return begun.endsWith(".") ? begun : `${begun}.`;
}
