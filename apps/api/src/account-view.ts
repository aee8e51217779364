import type { AccountView } from "@capi-relay/contract";
import type { Account } from "@capi-relay/storage";

/** An account for people and programs: everything but the token. */
export function accountView(account: Account, now: Date): AccountView {
  const {
    sealedToken: _token,
    throttledUntil,
    unclearSince: _unclear,
    sluggishUntil: _sluggish,
    tokenUpdatedAt,
    pausedAt,
    lastProbe,
    createdAt,
    updatedAt,
    ...rest
  } = account;
  return {
    ...rest,
    tokenUpdatedAt: tokenUpdatedAt.toISOString(),
    pausedAt: pausedAt?.toISOString() ?? null,
    // Long over is the same to whoever looks as never asked for.
    throttledUntil: throttledUntil !== null && throttledUntil > now ? throttledUntil.toISOString() : null,
    lastProbe: lastProbe === null ? null : { ...lastProbe, at: lastProbe.at.toISOString() },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
