import { EVENT_REASONS, explainReason } from "@capi-relay/contract";
import type { ProbeResult } from "@capi-relay/meta";

const PROBE_SENTENCES: Readonly<Record<ProbeResult["verdict"], string>> = {
  wired: "Token and dataset work: Meta checked the made-up click and refused it, as it should.",
  accepted: "The token works, but Meta took a made-up click: check that this dataset is the one linked to the WABA.",
  refused: "Meta refuses the account.",
  unclear: "Meta did not give a clear answer. Try again in a minute.",
};

const SANDBOX_TOOK_IT =
  "The token works. That the sandbox took a made-up click shows nothing about the dataset: without SANDBOX_STRICT_SEEDING it takes every click.";

/** What trying an account out has shown, in plain words. `sandbox`: requests do not go to Meta itself. */
export function explainProbe(
  { verdict, reason }: Pick<ProbeResult, "verdict" | "reason">,
  { sandbox }: { readonly sandbox: boolean },
): string {
  if (sandbox && verdict === "accepted") return SANDBOX_TOOK_IT;
  return reason === null ? PROBE_SENTENCES[verdict] : `${PROBE_SENTENCES[verdict]} ${explainReason(reason)}`;
}

/**
 * A refusal that something newer outdates, as a fact of the past: its advice may have been followed, or is not needed.
 */
export function recallRefusedProbe({ reason }: Pick<ProbeResult, "reason">): string {
  return reason === null ? REFUSED_THEN : `${REFUSED_THEN} ${EVENT_REASONS[reason].happened}`;
}

const REFUSED_THEN = "Meta refused the account then; it was resumed or changed since.";
