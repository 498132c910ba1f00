/** A decoded picture: red, green and blue of each pixel, row by row from the upper left corner. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `3 * width * height` bytes. */
  readonly rgb: Uint8Array;
}

/** Brightness of each pixel, 0 to 255, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Luminance after ITU-R BT.601, as PDQ takes it. */
export function luminanceOf({ width, height, rgb }: Picture): Plane {
  const values = new Float32Array(width * height);
  for (let at = 0, from = 0; at < values.length; at += 1, from += 3) {
    values[at] = 0.299 * rgb[from]! + 0.587 * rgb[from + 1]! + 0.114 * rgb[from + 2]!;
  }
  return { width, height, values };
}

/** A rectangle of a plane; sides beyond the plane are mirrored at its edge. */
export function cutPlane(plane: Plane, left: number, top: number, width: number, height: number): Plane {
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = mirrored(top + row, plane.height) * plane.width;
    for (let column = 0; column < width; column += 1) {
      values[row * width + column] = plane.values[from + mirrored(left + column, plane.width)]!;
    }
  }
  return { width, height, values };
}

function mirrored(at: number, length: number): number {
  if (at < 0) return Math.min(length - 1, -at - 1);
  return at >= length ? Math.max(0, 2 * length - 1 - at) : at;
}

/** A plane seen in a mirror. */
export function mirrorPlane(plane: Plane, across: boolean, down: boolean): Plane {
  const { width, height } = plane;
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = (down ? height - 1 - row : row) * width;
    for (let column = 0; column < width; column += 1) {
      values[row * width + column] = plane.values[from + (across ? width - 1 - column : column)]!;
    }
  }
  return { width, height, values };
}
