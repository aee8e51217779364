import { randomBytes } from "node:crypto";
import type { EventRef } from "@capi-relay/storage";
import type { Passenger } from "./waiting-rooms.ts";

/** What a hold on events needs from the world. */
export interface HoldPorts {
  readonly ledger: {
    claim(
      refs: readonly EventRef[],
      token: string,
      leaseMs: number,
      now: Date,
      notesDeparture: boolean,
    ): Promise<Set<string>>;
    /** False if one of them is no longer held. */
    departs(ids: readonly string[], token: string): Promise<boolean>;
    renew(ids: readonly string[], token: string, leaseMs: number): Promise<void>;
    release(ids: readonly string[], token: string): Promise<void>;
  };
  readonly logTrouble: (error: unknown, what: string) => void;
  readonly now: () => Date;
  /** How long a claim holds without renewal, in milliseconds by MongoDB's clock. */
  readonly leaseMs: number;
  /** The longest one request can take, in milliseconds. */
  readonly requestMs: number;
}

/** The right to send some events, kept until `end`. */
export interface Hold {
  readonly token: string;
  /** Those whose claim was won, and is still ours. */
  readonly boarded: readonly Passenger[];
  /** False when a request begun now could outlive the claim. */
  mayBeginRequest(): boolean;
  end(): void;
}

const RENEWALS_PER_LEASE = 3;

/**
 * Claims the events of one departure and keeps the claim alive. Rejects when the ledger does not answer; whatever may
 * have been claimed is then given back.
 */
export async function holdClaim(passengers: readonly Passenger[], ports: HoldPorts): Promise<Hold> {
  const token = randomBytes(16).toString("base64url");
  const { leaseMs, requestMs, now } = ports;
  // Reckoned from before each command: MongoDB set its own time later.
  let holdsUntil = now().getTime() + leaseMs;
  const boarded = await board(passengers, token, ports);
  const ids = boarded.map(({ event }) => event.id);
  const renew = async () => {
    const until = now().getTime() + leaseMs;
    await ports.ledger.renew(ids, token, leaseMs);
    holdsUntil = until;
  };
  const timer =
    ids.length === 0
      ? undefined
      : setInterval(() => {
          renew().catch((error: unknown) => ports.logTrouble(error, "renew"));
        }, leaseMs / RENEWALS_PER_LEASE);
  return {
    token,
    boarded,
    mayBeginRequest: () => now().getTime() + requestMs <= holdsUntil,
    end: () => clearInterval(timer),
  };
}

/** Two jobs may carry one event: only the first of them boards. */
async function board(passengers: readonly Passenger[], token: string, ports: HoldPorts): Promise<Passenger[]> {
  const firstOfEach = new Map(passengers.toReversed().map((passenger) => [passenger.event.id, passenger]));
  const refs = [...firstOfEach.values()].map(({ event: { id, generation } }) => ({ id, generation }));
  const notes = notesDeparture(passengers);
  try {
    const won = await ports.ledger.claim(refs, token, ports.leaseMs, ports.now(), notes);
    // A claim that was lost while this process stood still was taken over as one that had sent nothing.
    if (notes && won.size > 0 && !(await ports.ledger.departs([...won], token))) return [];
    return passengers.filter(
      (passenger) => won.has(passenger.event.id) && firstOfEach.get(passenger.event.id) === passenger,
    );
  } catch (error) {
    // The claim may have been made all the same; if this fails too, its lease runs out and the sweeper has it.
    await ports.ledger
      .release(
        refs.map((ref) => ref.id),
        token,
      )
      .catch((failure: unknown) => ports.logTrouble(failure, "release"));
    throw error;
  }
}

/**
 * In the lane of one it is worth a write of its own to know whether the request had left when a worker died: without it
 * an event that kills workers before anything leaves could never be told from one that Meta may hold.
 */
function notesDeparture(passengers: readonly Passenger[]): boolean {
  return passengers.some(({ lane }) => lane === "alone");
}
