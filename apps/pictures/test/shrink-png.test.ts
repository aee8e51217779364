import { crc32, deflateSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { shrinkPng } from "../src/shrink-png.ts";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** Two by three pixels of RGB, a row for each of the filters that need their neighbours. */
function aPicture(): Buffer {
  const header = Buffer.from([0, 0, 0, 2, 0, 0, 0, 3, 8, 2, 0, 0, 0]);
  const plain = [0, 255, 0, 0, 0, 0, 255];
  const likeAbove = [2, 0, 0, 0, 0, 0, 0];
  const likeTheLeft = [1, 9, 9, 9, 0, 0, 0];
  const data = deflateSync(Buffer.from([plain, likeAbove, likeTheLeft].flat()));
  const chunks = [chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

test("a picture keeps its colours when it gets a palette", () => {
  const small = shrinkPng(aPicture());
  const part = (type: string) => {
    const at = small.indexOf(type);
    return small.subarray(at + 4, at + 4 + small.readUInt32BE(at - 4));
  };
  expect([...part("IHDR")]).toEqual([0, 0, 0, 2, 0, 0, 0, 3, 8, 3, 0, 0, 0]);
  const colours = part("PLTE").toString("hex").match(/.{6}/g) ?? [];
  const rows = inflateSync(part("IDAT"));
  const shown = [1, 2, 4, 5, 7, 8].map((at) => colours[rows[at] ?? -1]);
  expect(shown).toEqual(["ff0000", "0000ff", "ff0000", "0000ff", "090909", "090909"]);
});

test("what is no picture of a browser's is refused", () => {
  const interlaced = aPicture();
  interlaced[28] = 1;
  expect(() => shrinkPng(interlaced)).toThrow("not a PNG as browsers make them");
});
