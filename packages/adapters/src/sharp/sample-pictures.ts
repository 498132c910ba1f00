import sharp from 'sharp';

/** A drawn picture with shapes of many sizes, always the same for the same seed; as a PNG. */
export async function drawPicture(seed: number, width = 256, height = 192): Promise<Buffer> {
  const random = drawing(seed);
  const rgb = Buffer.alloc(3 * width * height);
  const shapes = Array.from({ length: 40 }, (_, at) => {
    const size = at < 10 ? 1 : 1 / 3;
    const shade = random() * 200;
    return {
      x: random() * width,
      y: random() * height,
      across: (0.03 + random() * 0.3) * width * size,
      down: (0.03 + random() * 0.3) * height * size,
      round: random() < 0.5,
      colour: [shade + random() * 50, shade + random() * 50, shade + random() * 50] as const,
    };
  });
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = 3 * (row * width + column);
      const slope = (column / width + row / height) * 100;
      rgb.fill(slope, at, at + 3);
      for (const { x, y, across, down, round, colour } of shapes) {
        const [dx, dy] = [Math.abs(column - x) / across, Math.abs(row - y) / down];
        if (round ? dx * dx + dy * dy > 1 : dx > 1 || dy > 1) continue;
        rgb[at] = colour[0];
        rgb[at + 1] = colour[1];
        rgb[at + 2] = colour[2];
      }
    }
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Numbers from 0 to 1 (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Cuts a share off each side. */
export async function cut(picture: Buffer, share: number): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return sharp(picture)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .jpeg()
    .toBuffer();
}

/** Puts a frame of a share of each side around it. */
export async function frame(picture: Buffer, share: number, background: string): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const [across, down] = [Math.round(width * share), Math.round(height * share)];
  return sharp(picture)
    .extend({ left: across, right: across, top: down, bottom: down, background })
    .jpeg()
    .toBuffer();
}
