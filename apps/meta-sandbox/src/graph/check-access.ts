import { createHmac } from "node:crypto";
import { secretEquals } from "../secret-equals.ts";
import type { Waba, World } from "../world.ts";
import type { Refusal } from "./graph-errors.ts";
import type { GraphRequest } from "./graph-request.ts";

/** Versions Meta serves in late 2026: the changelog lists v26.0 as the newest. */
const VERSIONS: readonly string[] = ["v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0"];

export type AccessVerdict = { readonly waba: Waba } | { readonly refusal: Refusal; readonly waba: Waba | null };

export interface AccessRules {
  readonly world: World;
  readonly now: Date;
  readonly appSecret: string | null;
  /** Which of the token's WABAs the path's id stands for. */
  readonly owns: (waba: Waba, id: string) => boolean;
}

export const ownsDataset = (waba: Waba, id: string): boolean => waba.datasetId === id;
export const isWaba = (waba: Waba, id: string): boolean => waba.id === id;

/** Checks 1 to 4, in Meta's order: version, token, permissions, then whether the token may use the object. */
export function checkAccess(request: GraphRequest, { world, now, appSecret, owns }: AccessRules): AccessVerdict {
  const pathRefusal = checkVersion(request);
  if (pathRefusal !== null) return { refusal: pathRefusal, waba: null };

  const { token } = request;
  if (token === null) return { refusal: { error: "token_missing" }, waba: null };
  const wabas = world.wabasOfToken(token);
  const owner = wabas.find((waba) => owns(waba, request.id));
  const waba = owner ?? wabas[0];
  if (waba === undefined) {
    return { refusal: { error: world.isRevoked(token) ? "token_revoked" : "token_unreadable" }, waba: null };
  }
  const refusal =
    checkToken(request, token, waba, now, appSecret) ??
    checkPermissions(waba) ??
    (owner === undefined ? ({ error: "object_unknown", value: request.id } as const) : null);
  return refusal === null ? { waba } : { refusal, waba };
}

export function checkVersion({ version, id }: GraphRequest): Refusal | null {
  return VERSIONS.includes(version) ? null : { error: "path_unknown", value: `/${version}/${id}` };
}

export function checkToken(
  { appSecretProof }: GraphRequest,
  token: string,
  waba: Waba,
  now: Date,
  appSecret: string | null,
): Refusal | null {
  if (waba.tokenExpiresAt !== null && waba.tokenExpiresAt <= now) return { error: "token_expired" };
  if (appSecretProof === null) return waba.appSecretRequired ? { error: "proof_missing" } : null;
  if (appSecret === null) return null;
  const expected = createHmac("sha256", appSecret).update(token).digest("hex");
  return secretEquals(appSecretProof, expected) ? null : { error: "proof_wrong" };
}

function checkPermissions({ tokenPermissions }: Waba): Refusal | null {
  if (!tokenPermissions.includes("whatsapp_business_manage_events")) return { error: "permission_missing" };
  return tokenPermissions.includes("whatsapp_business_management") ? null : { error: "permission_denied" };
}
