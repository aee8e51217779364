import type { ConversionEnding, ConversionReceipt, ConversionRequest } from "@capi-relay/contract";
import { acceptConversion, type IntakePorts } from "./accept-conversion.ts";
import { ANSWER_WITHIN_MS } from "./handlers-in-time.ts";
import { inTime } from "./in-time.ts";
import { endingInSynchronousWords } from "./synchronous-words.ts";
import type { WaitWish } from "./wait/wait-wish.ts";
import type { WaitingRoom } from "./wait/waiting-room.ts";

export interface SendPorts extends IntakePorts {
  readonly waitingRoom: Pick<WaitingRoom, "wait">;
}

/** Who sends a conversion, as far as the sending is concerned. */
export interface Sender {
  readonly wish: WaitWish;
  /** A signal that fires when nobody listens for the answer any more. Asked for by those who wait. */
  gone(): AbortSignal;
  /** Called when the conversion is in: from here on nothing refuses it. */
  onTakenIn(): void;
}

/** What a request that hands a conversion in is answered, and whether it waited as it wished. */
export interface Sent {
  readonly code: 200 | 202;
  readonly answer: ConversionReceipt | ConversionEnding;
  readonly waitedAsWished: boolean;
}

const NO_ROOM =
  "Too many requests wait for an ending already, so this one did not wait. The conversion is accepted; its story tells how it ended.";

/**
 * Takes a conversion in and, if the request wishes it, waits for its ending. Whatever becomes of the waiting, the
 * conversion is accepted: without an ending in time the answer is the receipt.
 */
export async function sendConversion(
  request: ConversionRequest,
  { wish, gone, onTakenIn }: Sender,
  ports: SendPorts,
): Promise<Sent> {
  const receipt = await inTime(acceptConversion(request, ports), ANSWER_WITHIN_MS);
  onTakenIn();
  if (wish.seconds === 0) return { code: receipt.duplicate ? 200 : 202, answer: receipt, waitedAsWished: true };

  const waited = await ports.waitingRoom.wait(receipt.id, wish.seconds * 1_000, gone());
  switch (waited.kind) {
    case "ended": {
      const { eventId, ...rest } = receipt;
      const ending = endingInSynchronousWords(eventId, waited.progress);
      return { code: 200, answer: { ...rest, eventId, ...ending }, waitedAsWished: true };
    }
    case "rests":
    case "out_of_time":
    case "broken_off": {
      // 202 also for a repeat: to a client that waits, 200 means that there is an ending.
      const answer = { ...receipt, status: waited.progress?.status ?? receipt.status };
      return { code: 202, answer, waitedAsWished: waited.kind !== "broken_off" };
    }
    case "no_room": {
      const answer = { ...receipt, warnings: [...(receipt.warnings ?? []), NO_ROOM] };
      return { code: 202, answer, waitedAsWished: false };
    }
  }
}
