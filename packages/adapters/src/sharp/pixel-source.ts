import { isSocialError, SocialError } from '@socialkit/core';
import {
  DECODE_LIMITS,
  type DecodedFrame,
  type DecodeLimits,
  type PixelSource,
  sniffMedia,
} from '@socialkit/moderation';
import sharp, { type Metadata, type Sharp } from 'sharp';

export interface SharpPixelsOptions {
  /** @default 10 MiB, 40 Mpx, 300 frames */
  readonly limits?: Partial<DecodeLimits>;
  /** Seconds libvips may work on one frame. @default 5 */
  readonly seconds?: number;
  /** Files decoded at the same time; others wait. @default 2 */
  readonly concurrency?: number;
}

/** PDQ looks at pictures of this size; more tells it nothing. */
const SIDE = 512;
const STILL_SIDE = 1024;
/** Files that may wait; beyond them decoding is refused as busy. */
const MOST_WAITING = 256;

const tooLarge = (message: string): SocialError => new SocialError('too_large', 'media.too_large', message);
const unreadable = (message: string): SocialError =>
  new SocialError('unsupported_media', 'media.unreadable', message);

/**
 * Decodes pictures with sharp. The kind is taken from the content; bytes, pixels and frames are held against the limits before a
 * pixel is decoded, and libvips works in its own threads with a time limit.
 */
export function createSharpPixels(options: SharpPixelsOptions = {}): PixelSource {
  const { seconds = 5, concurrency = 2 } = options;
  const limits = { ...DECODE_LIMITS, ...options.limits };
  const turns = createTurns(concurrency);

  const open = (bytes: Uint8Array, page = 0): Sharp =>
    sharp(bytes, { page, pages: 1, limitInputPixels: limits.maxPixels, failOn: 'error' }).timeout({
      seconds,
    });

  async function inspect(bytes: Uint8Array): Promise<{ pages: number; delays: readonly number[] }> {
    if (bytes.length > limits.maxBytes)
      throw tooLarge(`a file of more than ${limits.maxBytes} bytes is not decoded`);
    if (sniffMedia(bytes)?.kind !== 'image') throw unreadable('this is no picture');
    const metadata: Metadata = await sharp(bytes, {
      limitInputPixels: limits.maxPixels,
      failOn: 'error',
    }).metadata();
    const { width, height, pages = 1, delay = [] } = metadata;
    if (width * height > limits.maxPixels)
      throw tooLarge(`more than ${limits.maxPixels} pixels are not decoded`);
    if (pages > limits.maxFrames) throw tooLarge(`more than ${limits.maxFrames} frames are not decoded`);
    return { pages, delays: delay };
  }

  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    turns(async () => {
      try {
        return await work();
      } catch (error) {
        if (isSocialError(error)) throw error;
        // What libvips says may quote the file; it stays inside.
        if (error instanceof Error && /pixel limit/.test(error.message)) throw tooLarge('too many pixels');
        throw unreadable('the picture cannot be decoded');
      }
    });

  return {
    decode: (bytes, { frames }) =>
      guarded(async () => {
        const { pages, delays } = await inspect(bytes);
        const decoded: DecodedFrame[] = [];
        for (const page of spread(pages, frames)) {
          const { data, info } = await open(bytes, page)
            .toColourspace('srgb')
            .flatten({ background: '#ffffff' })
            .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
            .raw()
            .toBuffer({ resolveWithObject: true });
          const rgb = info.channels === 3 ? data : widened(data, info.channels);
          decoded.push({
            atMs: startOf(page, delays),
            picture: { width: info.width, height: info.height, rgb },
          });
        }
        return decoded;
      }),
    still: (bytes, atMs) =>
      guarded(async () => {
        const { pages, delays } = await inspect(bytes);
        const pagesBefore = Array.from({ length: pages }, (_, page) => page);
        const page = pagesBefore.findLast((one) => startOf(one, delays) <= atMs) ?? 0;
        return open(bytes, page)
          .autoOrient()
          .flatten({ background: '#ffffff' })
          .resize(STILL_SIDE, STILL_SIDE, { fit: 'inside', withoutEnlargement: true })
          .jpeg({ quality: 85 })
          .toBuffer();
      }),
  };
}

/** Milliseconds before a page; an animation that tells no times shows ten pages a second. */
const startOf = (page: number, delays: readonly number[]): number => {
  let sum = 0;
  for (let at = 0; at < page; at += 1) sum += delays[at] || 100;
  return sum;
};

/** At most `most` of `count` pages, evenly spread, the first among them. */
function spread(count: number, most: number): readonly number[] {
  const taken = Math.max(1, Math.min(count, most));
  return [...new Set(Array.from({ length: taken }, (_, at) => Math.floor((at * count) / taken)))];
}

/** Grey as three equal channels. */
function widened(bytes: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((bytes.length / channels) * 3);
  for (let at = 0; at < bytes.length / channels; at += 1) rgb.fill(bytes[at * channels]!, at * 3, at * 3 + 3);
  return rgb;
}

/** Lets so many work at a time; the others wait their turn. */
function createTurns(concurrency: number): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy >= concurrency) {
      if (waiting.length >= MOST_WAITING)
        throw new SocialError('unavailable', 'media.busy', 'too many pictures wait to be decoded', {
          retryAfterMs: 1_000,
        });
      await new Promise<void>((go) => waiting.push(go));
    } else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
