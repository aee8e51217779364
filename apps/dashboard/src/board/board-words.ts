import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { FastifyInstance } from "fastify";

const UI_FOLDER = new URL(
  "dist/static/locales/",
  `file://${createRequire(import.meta.url).resolve("@bull-board/ui/package.json")}`,
);

/** Bull Board's words where they would mislead: its retries are BullMQ's, ours are the ledger's. */
const OUR_WORDS = {
  JOB: {
    ACTIONS: {
      CONFIRM: {
        RETRY: "Send this event to Meta again? The ledger refuses if it was delivered or may have arrived.",
      },
    },
  },
  QUEUE: {
    ACTIONS: {
      CONFIRM: {
        RETRY_ALL:
          "Send the events of all {{status}} jobs to Meta again? Those that were delivered or may have arrived stay as they are.",
      },
      TOAST: {
        RETRY_DONE: "Retry of {{status}} jobs is done",
        RETRY_SKIPPED:
          "{{count}} stay as they are: delivered, of unknown outcome, past Meta's limit, on their way already, or not reached in 20 seconds. Retry one by itself to see why.",
      },
    },
  },
};

/**
 * Serves Bull Board's translations with our sentences in the place of a few of its own, in English for every language.
 */
export function boardWords(app: FastifyInstance): void {
  app.get<{ Params: { locale: string } }>("/static/locales/:locale/messages.json", async (request, reply) => {
    const { locale } = request.params;
    const words = /^[a-z]{2}-[A-Z]{2}$/.test(locale) ? readWords(locale) : null;
    return words === null ? reply.callNotFound() : reply.send(merge(words, OUR_WORDS));
  });
}

interface Words {
  readonly [key: string]: string | Words;
}

function readWords(locale: string): Words | null {
  try {
    return JSON.parse(readFileSync(new URL(`${locale}/messages.json`, UI_FOLDER), "utf8"));
  } catch {
    return null;
  }
}

function merge(words: Words, ours: Words): Words {
  const merged = Object.entries(ours).map(([key, value]) => {
    const theirs = words[key];
    return [key, typeof value === "object" ? merge(typeof theirs === "object" ? theirs : {}, value) : value] as const;
  });
  return { ...words, ...Object.fromEntries(merged) };
}
