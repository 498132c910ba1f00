import { cutPlane, type Plane } from '../picture.js';

/** A line belongs to the border when its pixels are so near to the border's brightness on average; codecs leave traces. */
const NEAR = 10;
/** Share of a side that is cut off at most. */
const MOST = 0.3;
const LEAST_SIDE = 16;

/** A plane without the plain frame around it; null where there is none. */
export function withoutBorder(plane: Plane): Plane | null {
  const { width, height, values } = plane;
  const row = (at: number) => ({ start: at * width, stride: 1, length: width });
  const column = (at: number) => ({ start: at, stride: width, length: height });
  const down = Math.floor(height * MOST);
  const across = Math.floor(width * MOST);
  const top = depth(values, down, row);
  const bottom = depth(values, down, (at) => row(height - 1 - at));
  const left = depth(values, across, column);
  const right = depth(values, across, (at) => column(width - 1 - at));
  if (top + bottom + left + right === 0) return null;
  const [innerWidth, innerHeight] = [width - left - right, height - top - bottom];
  if (innerWidth < LEAST_SIDE || innerHeight < LEAST_SIDE) return null;
  return cutPlane(plane, left, top, innerWidth, innerHeight);
}

interface Line {
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

/** How many lines from the edge are border. A border that has no end within `most` is part of the picture. */
function depth(values: Float32Array, most: number, lineAt: (at: number) => Line): number {
  const border = medianOf(values, lineAt(0));
  let at = 0;
  while (at <= most && farFrom(values, lineAt(at), border) <= NEAR) at += 1;
  return at > most ? 0 : at;
}

function medianOf(values: Float32Array, { start, stride, length }: Line): number {
  const line = Float32Array.from({ length }, (_, at) => values[start + at * stride]!).sort();
  return line[length >> 1]!;
}

/** Mean distance of a line from a brightness. */
function farFrom(values: Float32Array, { start, stride, length }: Line, border: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += Math.abs(values[start + at * stride]! - border);
  return sum / length;
}
