import type { Logger } from "@capi-relay/runtime";
import { StorageUnavailable } from "@capi-relay/storage";
import type { FastifyError } from "fastify";
import { boardError } from "./board-error.ts";

const LEDGER_AWAY = boardError("MongoDB does not answer", "Nothing was changed. Check MongoDB, then try again.");
const QUEUE_AWAY = boardError(
  "Redis does not answer",
  "The queue cannot be shown. No event is lost: the ledger keeps them all. Check Redis; this page goes on by itself.",
);
const NOT_UNDERSTOOD = boardError("Request refused", "The request could not be read. Reload the page and try again.");

/** What a failed request of the board is answered with. Raw messages stay inside: they carry addresses and commands. */
export function boardFailure(error: unknown, log: Logger) {
  const { statusCode = 500 } = error as Partial<FastifyError>;
  if (statusCode >= 400 && statusCode < 500) return { status: 400, body: NOT_UNDERSTOOD } as const;
  const ledgerAway = error instanceof StorageUnavailable;
  log.warn({ err: error }, ledgerAway ? "the ledger did not answer the board" : "the queue did not answer the board");
  return { status: 500, body: ledgerAway ? LEDGER_AWAY : QUEUE_AWAY } as const;
}
