import { z } from "zod";
import type { Answer } from "./answer.ts";

export const ERROR_TYPES = [
  "invalid_request_error",
  "authentication_error",
  "permission_error",
  "not_found",
  "conflict_error",
  "rate_limit_error",
  "platform_error",
  "api_error",
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

export const ErrorDetail = z
  .object({
    code: z.string().describe("The same list as `code` of the error."),
    param: z.string().nullable().describe("The field, with dots between levels; null when it is about no field."),
    message: z.string().describe("One sentence that names the field and the fix."),
  })
  .meta({ id: "ErrorDetail", description: "One mistake of a request." });
export type ErrorDetail = Answer<typeof ErrorDetail>;

/** What every failed request is answered with. */
export const ApiErrorBody = z
  .object({
    error: z.string().describe("One sentence that says what is wrong and what to send instead."),
    type: z.enum(ERROR_TYPES).describe("What kind of trouble it is."),
    code: z.string().describe("Which trouble exactly: stable, for programs."),
    param: z.string().nullable().describe("The field of the first mistake; null when it is about no field."),
    details: z.array(ErrorDetail).describe("Every mistake of the request, up to 100."),
    requestId: z.string().describe("As in the header X-Request-Id: what to tell whoever runs this relay."),
    docUrl: z.string().describe("The address of the code's explanation, relative to this host."),
  })
  .meta({ id: "ApiError", description: "What every failed request is answered with." });
export type ApiErrorBody = Answer<typeof ApiErrorBody>;
