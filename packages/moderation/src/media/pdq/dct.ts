import { SIDE } from './jarosz.js';

/** Coefficients kept in each direction. */
export const ORDER = 16;

/** Rows 1 to 16 of the 64-point discrete cosine transform; the constant row tells nothing. */
const COSINES: Float64Array = (() => {
  const rows = new Float64Array(ORDER * SIDE);
  const scale = Math.sqrt(2 / SIDE);
  for (let order = 0; order < ORDER; order += 1) {
    for (let at = 0; at < SIDE; at += 1) {
      rows[order * SIDE + at] = scale * Math.cos((Math.PI / 2 / SIDE) * (order + 1) * (2 * at + 1));
    }
  }
  return rows;
})();

/** The 16 by 16 lowest coefficients of a 64 by 64 plane, row by row: row = vertical order, column = horizontal order. */
export function lowCoefficients(plane: Float64Array): Float64Array {
  const half = new Float64Array(ORDER * SIDE);
  for (let order = 0; order < ORDER; order += 1) {
    for (let row = 0; row < SIDE; row += 1) {
      const weight = COSINES[order * SIDE + row]!;
      for (let column = 0; column < SIDE; column += 1) {
        half[order * SIDE + column] = half[order * SIDE + column]! + weight * plane[row * SIDE + column]!;
      }
    }
  }
  const kept = new Float64Array(ORDER * ORDER);
  for (let vertical = 0; vertical < ORDER; vertical += 1) {
    for (let horizontal = 0; horizontal < ORDER; horizontal += 1) {
      let sum = 0;
      for (let at = 0; at < SIDE; at += 1)
        sum += half[vertical * SIDE + at]! * COSINES[horizontal * SIDE + at]!;
      kept[vertical * ORDER + horizontal] = sum;
    }
  }
  return kept;
}

/** One of the eight ways to lay a square on itself. */
export interface Turning {
  readonly name: string;
  /** Rows and columns change places, after mirroring. */
  readonly transposed: boolean;
  readonly mirroredAcross: boolean;
  readonly mirroredDown: boolean;
}

const turning = (name: string, transposed: boolean, across: boolean, down: boolean): Turning =>
  Object.freeze({ name, transposed, mirroredAcross: across, mirroredDown: down });

/** The picture as it is first. */
export const TURNINGS: readonly Turning[] = [
  turning('as it is', false, false, false),
  turning('mirrored across', false, true, false),
  turning('mirrored down', false, false, true),
  turning('turned by 180°', false, true, true),
  turning('mirrored along the diagonal', true, false, false),
  turning('turned by 90°', true, true, false),
  turning('turned by 270°', true, false, true),
  turning('mirrored along the other diagonal', true, true, true),
];

/**
 * Coefficients of the turned picture, out of those of the picture: mirroring turns the sign of the odd orders, and the first
 * kept order is odd.
 */
export function turned(
  kept: Float64Array,
  { transposed, mirroredAcross, mirroredDown }: Turning,
): Float64Array {
  const result = new Float64Array(ORDER * ORDER);
  for (let vertical = 0; vertical < ORDER; vertical += 1) {
    for (let horizontal = 0; horizontal < ORDER; horizontal += 1) {
      const value = transposed ? kept[horizontal * ORDER + vertical]! : kept[vertical * ORDER + horizontal]!;
      const across = mirroredAcross && horizontal % 2 === 0;
      const down = mirroredDown && vertical % 2 === 0;
      result[vertical * ORDER + horizontal] = across !== down ? -value : value;
    }
  }
  return result;
}
