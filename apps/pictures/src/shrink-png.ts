import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const COLOURS = 256;
const BYTES_PER_PIXEL: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/**
 * The same picture with a palette of 256 colours, a third of the size: pages have few colours, and of the shades at the
 * edges of letters nobody misses some.
 * @param png As browsers make them: 8 bits, RGB or RGBA, not interlaced, and nothing in it transparent.
 */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const palette = paletteOf(pixels);
  const indexes = indexesIn(palette);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = indexes(pixels[y * width + x] ?? 0);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function paletteOf(pixels: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, COLOURS)
    .map(([colour]) => colour);
}

/** Which colour of the palette comes nearest to a pixel's. */
function indexesIn(palette: readonly number[]): (pixel: number) => number {
  const known = new Map(palette.map((colour, index) => [colour, index]));
  return (pixel) => {
    const found = known.get(pixel);
    if (found !== undefined) return found;
    const distances = palette.map((colour) => distance(colour, pixel));
    const nearest = distances.indexOf(Math.min(...distances));
    known.set(pixel, nearest);
    return nearest;
  };
}

function distance(one: number, other: number): number {
  const part = (shift: number) => (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2;
  return part(16) + part(8) + part(0);
}

function decode(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
  const [width, height, colourType] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] ?? -1];
  const step = BYTES_PER_PIXEL[colourType];
  if (step === undefined || png[24] !== 8 || png[28] !== 0) throw new Error("This is not a PNG as browsers make them.");
  const bytes = unfiltered(inflateSync(dataOf(png)), width * step, height, step);
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = bytes.readUIntBE(index * step, 3);
  return { width, height, pixels };
}

function dataOf(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return Buffer.concat(parts);
}

/** Undoes what each row says was done to it. Source: PNG specification, chapter 9. */
function unfiltered(raw: Buffer, rowLength: number, height: number, step: number): Buffer {
  const bytes = Buffer.alloc(rowLength * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (rowLength + 1)] ?? 0;
    for (let x = 0; x < rowLength; x += 1) {
      const at = y * rowLength + x;
      const left = x < step ? 0 : (bytes[at - step] ?? 0);
      const up = y === 0 ? 0 : (bytes[at - rowLength] ?? 0);
      const upLeft = x < step || y === 0 ? 0 : (bytes[at - rowLength - step] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][filter] ?? 0;
      bytes[at] = (raw[y * (rowLength + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return bytes;
}

function paeth(left: number, up: number, upLeft: number): number {
  const sum = left + up - upLeft;
  const [toLeft, toUp, toUpLeft] = [Math.abs(sum - left), Math.abs(sum - up), Math.abs(sum - upLeft)];
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
