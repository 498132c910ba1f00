import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from '@socialkit/moderation';

/** A picture after moving its pixels: `from` gives the place in the old one, or null for the colour of the border. */
function moved(
  { width, height, rgb }: Picture,
  size: readonly [number, number],
  from: (column: number, row: number) => readonly [number, number] | null,
  border = 255,
): Picture {
  const [across, down] = size;
  const next = new Uint8Array(3 * across * down).fill(border);
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      const place = from(column, row);
      if (!place || place[0] < 0 || place[1] < 0 || place[0] >= width || place[1] >= height) continue;
      const at = 3 * (place[1] * width + place[0]);
      next.set(rgb.subarray(at, at + 3), 3 * (row * across + column));
    }
  }
  return { width: across, height: down, rgb: next };
}

const cut = (picture: Picture, share: number): Picture => {
  const { width, height } = picture;
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return moved(picture, [width - 2 * left, height - 2 * top], (column, row) => [column + left, row + top]);
};
const framed = (picture: Picture, share: number, border: number): Picture => {
  const { width, height } = picture;
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return moved(
    picture,
    [width + 2 * left, height + 2 * top],
    (column, row) => [column - left, row - top],
    border,
  );
};

/** Edits of a picture by name, with the kind they count to. */
export const EDITS: readonly {
  readonly name: string;
  readonly kind: 'turned' | 'cut' | 'framed';
  readonly apply: (picture: Picture) => Picture;
}[] = [
  {
    name: 'mirrored across',
    kind: 'turned',
    apply: (one) => moved(one, [one.width, one.height], (column, row) => [one.width - 1 - column, row]),
  },
  {
    name: 'mirrored down',
    kind: 'turned',
    apply: (one) => moved(one, [one.width, one.height], (column, row) => [column, one.height - 1 - row]),
  },
  {
    name: 'turned by 90',
    kind: 'turned',
    apply: (one) => moved(one, [one.height, one.width], (column, row) => [row, one.height - 1 - column]),
  },
  {
    name: 'turned by 180',
    kind: 'turned',
    apply: (one) =>
      moved(one, [one.width, one.height], (column, row) => [one.width - 1 - column, one.height - 1 - row]),
  },
  {
    name: 'turned by 270',
    kind: 'turned',
    apply: (one) => moved(one, [one.height, one.width], (column, row) => [one.width - 1 - row, column]),
  },
  { name: 'cut by 5 % a side', kind: 'cut', apply: (one) => cut(one, 0.05) },
  { name: 'cut by 2.5 % a side', kind: 'cut', apply: (one) => cut(one, 0.025) },
  { name: 'white border of 5 % a side', kind: 'framed', apply: (one) => framed(one, 0.05, 255) },
  { name: 'black border of 5 % a side', kind: 'framed', apply: (one) => framed(one, 0.05, 0) },
  { name: 'white border of 2.5 % a side', kind: 'framed', apply: (one) => framed(one, 0.025, 255) },
];

const chunk = (type: string, body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
};

/** A picture as a PNG file. */
export function toPng({ width, height, rgb }: Picture): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const lines = Buffer.alloc(height * (1 + 3 * width));
  for (let row = 0; row < height; row += 1) {
    lines.set(rgb.subarray(3 * width * row, 3 * width * (row + 1)), row * (1 + 3 * width) + 1);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
