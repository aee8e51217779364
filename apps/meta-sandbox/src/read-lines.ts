import { createReadStream } from "node:fs";

export interface Line {
  readonly text: string;
  /** Byte offsets in the file; `end` is past the line feed. */
  readonly start: number;
  readonly end: number;
}

const LINE_FEED = 0x0a;

/**
 * The complete lines of a file from a byte offset on. A last line without its line feed is left out: it was torn by a
 * crash. Not node:readline, which also splits at U+2028, a character that JSON text may hold.
 */
export async function* readLines(path: string, from: number): AsyncGenerator<Line> {
  let pending: Buffer = Buffer.alloc(0);
  let start = from;
  for await (const chunk of createReadStream(path, { start: from }) as AsyncIterable<Buffer>) {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let lineStart = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed !== -1; feed = bytes.indexOf(LINE_FEED, lineStart)) {
      const end = start + feed + 1 - lineStart;
      yield { text: bytes.toString("utf8", lineStart, feed), start, end };
      start = end;
      lineStart = feed + 1;
    }
    pending = bytes.subarray(lineStart);
  }
}
