import type { BenchShop } from "../stand/shops.ts";

/** Whom to send to. */
interface Aim {
  /** Of the route. */
  readonly url: string;
  readonly apiKey: string;
  readonly shops: readonly BenchShop[];
  /** Makes event ids unique among all loads. */
  readonly run: string;
  /** The order system knows the click itself: for shops whose customers nobody has told the relay of. */
  readonly bringsClick?: boolean;
}

/** What the load process is asked to do. */
export type LoadPlan =
  /** One event per request, as many as go through, for so long. */
  | (Aim & { readonly kind: "singles"; readonly connections: number; readonly seconds: number })
  /** Many events per request, as many as go through, for so long. */
  | (Aim & { readonly kind: "batches"; readonly connections: number; readonly seconds: number })
  /** So many events, in batches, as fast as they are taken. */
  | (Aim & { readonly kind: "fill"; readonly connections: number; readonly events: number })
  /** One event per request at a steady pace, for so long. */
  | (Aim & { readonly kind: "paced"; readonly perSecond: number; readonly seconds: number });

export interface LoadReport {
  readonly events: number;
  readonly seconds: number;
  /** Of paced loads: when each event was accepted, in milliseconds since the epoch. */
  readonly accepted: readonly { readonly id: string; readonly at: number }[];
}

export const EVENTS_PER_BATCH = 500;
