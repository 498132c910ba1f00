import type { Plane } from '../picture.js';

/** Side of the square that PDQ looks at. */
export const SIDE = 64;
const PASSES = 2;

/** Width of the box that leaves about two samples for each of the 64. */
const windowOf = (length: number): number => Math.floor((length + 2 * SIDE - 1) / (2 * SIDE));

/**
 * Brings a plane down to 64 by 64: a tent filter (two box filters along rows and columns, after Wojciech Jarosz), then one
 * sample from the middle of each cell. As in Meta's description of PDQ ("TMK+PDQF", 2019).
 */
export function shrinkBySmoothing({ width, height, values }: Plane): Float64Array {
  let from = Float64Array.from(values);
  let to = new Float64Array(from.length);
  const alongRows = windowOf(width);
  const alongColumns = windowOf(height);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (let row = 0; row < height; row += 1) box(from, to, row * width, 1, width, alongRows);
    [from, to] = [to, from];
    for (let column = 0; column < width; column += 1) box(from, to, column, width, height, alongColumns);
    [from, to] = [to, from];
  }
  const small = new Float64Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row += 1) {
    const line = Math.floor(((row + 0.5) * height) / SIDE) * width;
    for (let column = 0; column < SIDE; column += 1) {
      small[row * SIDE + column] = from[line + Math.floor(((column + 0.5) * width) / SIDE)]!;
    }
  }
  return small;
}

/** A running mean over one line; at its ends the mean of what is there. */
function box(
  from: Float64Array,
  to: Float64Array,
  start: number,
  stride: number,
  length: number,
  full: number,
): void {
  const half = Math.min(length, Math.floor((full + 2) / 2) - 1);
  let sum = 0;
  let size = 0;
  let ahead = start;
  let behind = start;
  let out = start;
  for (; size < half; size += 1, ahead += stride) sum += from[ahead]!;
  const growing = Math.min(length - half, full - half);
  for (let step = 0; step < growing; step += 1, ahead += stride, out += stride) {
    sum += from[ahead]!;
    size += 1;
    to[out] = sum / size;
  }
  for (let step = 0; step < length - full; step += 1, ahead += stride, behind += stride, out += stride) {
    sum += from[ahead]! - from[behind]!;
    to[out] = sum / size;
  }
  const end = start + length * stride;
  for (; out < end; behind += stride, out += stride) {
    sum -= from[behind]!;
    size -= 1;
    to[out] = size > 0 ? sum / size : from[out]!;
  }
}
