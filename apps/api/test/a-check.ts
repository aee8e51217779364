import { randomUUID } from "node:crypto";
import type { ConversionCheck } from "@capi-relay/contract";
import { expect } from "vitest";
import type { openApi } from "./an-api.ts";

export const CONVERSIONS = "/v1/whatsapp/conversions";
export const DAY_SECONDS = 86_400;
export const nowSeconds = () => Math.floor(Date.now() / 1000);
export const aBsuid = () => `BR.${randomUUID().replaceAll("-", "")}`;

/** What a check answers. */
export async function checkOf(api: Awaited<ReturnType<typeof openApi>>, body: object) {
  const answer = await api.call("POST", `${CONVERSIONS}/check`, body);
  return { statusCode: answer.statusCode, text: answer.body, check: answer.json() as ConversionCheck };
}

/** A click that came from elsewhere, an hour ago unless told otherwise; returns Meta's id of it. */
export async function aClick(api: Awaited<ReturnType<typeof openApi>>, changes: object): Promise<string> {
  const ctwaClid = `ARA-${randomUUID()}`;
  const click = { ctwaClid, adId: "120226305854810726", clickedAt: nowSeconds() - 3_600, ...changes };
  const answer = await api.call("POST", "/v1/whatsapp/clicks", click);
  expect(answer.statusCode).toBe(201);
  return ctwaClid;
}
