import type { GraphAnswer } from "@capi-relay/domain";
import { z } from "zod";
import { type GraphResponse, parseJson, readRefusal } from "./graph-response.ts";

/** What Meta says about the dataset of a WhatsApp Business Account. */
export type DatasetAnswer =
  | { readonly kind: "found"; readonly httpStatus: number; readonly datasetId: string }
  /** There is none yet. */
  | { readonly kind: "none"; readonly httpStatus: number }
  | Exclude<GraphAnswer, { kind: "counted" }>;

/**
 * Numeric, though Meta's guide shows it as text; 10 to 20 digits by the vendors that tell, a little less is let pass.
 */
const DatasetId = z.union([z.string().regex(/^[0-9]{5,20}$/), z.int().positive().transform(String)]);

/** `{ id }` as the guide has it, or `{ data: [{ id }] }` as implementers saw it, empty when there is none. */
const Found = z.union([
  z.object({ id: DatasetId }).transform(({ id }) => id),
  z.object({ data: z.array(z.object({ id: DatasetId })).max(1_000) }).transform(({ data }) => data[0]?.id ?? null),
]);

/** Reads the answer to `GET` and `POST /{waba-id}/dataset`. Total: whatever makes no sense is `unclear`. */
export function readDatasetResponse(response: GraphResponse, now: Date): DatasetAnswer {
  const { httpStatus, text } = response;
  const unclear = (cause: string): DatasetAnswer => ({ kind: "unclear", httpStatus, cause });
  if (httpStatus >= 300 && httpStatus < 400) return unclear("redirect");
  const json = parseJson(text);
  const refusal = readRefusal(json.value, response, now);
  if (refusal !== null) return refusal;
  if (json.problem !== null) return unclear(json.problem);
  const found = Found.safeParse(json.value);
  if (!found.success) return unclear("unexpected_shape");
  if (httpStatus !== 200) return unclear("unexpected_status");
  return found.data === null ? { kind: "none", httpStatus } : { kind: "found", httpStatus, datasetId: found.data };
}
