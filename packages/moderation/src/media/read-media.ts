import { createHash } from 'node:crypto';
import { isSocialError } from '@socialkit/core';
import type { FrameReading, MediaFailure, MediaReading } from '../kernel/media-reading.js';
import { fingerprintsOf } from './pdq/fingerprint.js';
import type { Picture } from './picture.js';
import { sniffMedia } from './sniff.js';
import type { FrameSource, PixelSource } from './sources.js';

export interface MediaReaderDeps {
  readonly pixels: PixelSource;
  /** Without it videos count as unreadable. */
  readonly frames?: FrameSource;
}

export interface MediaReaderOptions {
  /** Frames of an animation that are looked at. @default 8 */
  readonly animationFrames?: number;
  /** Frames of a video that are looked at. @default 32 */
  readonly videoFrames?: number;
}

/** Reads media for detectors. */
export interface MediaReader {
  /** Never fails: what cannot be looked at is a reading without frames. */
  read(ref: string, bytes: Uint8Array): Promise<MediaReading>;
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Sniffs, hashes, decodes and fingerprints. A file is known by its content only. */
export function createMediaReader(deps: MediaReaderDeps, options: MediaReaderOptions = {}): MediaReader {
  const { pixels, frames } = deps;
  const { animationFrames = 8, videoFrames = 32 } = options;

  const frameOf = (atMs: number, picture: Picture, still: () => Promise<Uint8Array>): FrameReading => ({
    atMs,
    ...fingerprintsOf(picture),
    still,
  });

  async function framesOfPicture(bytes: Uint8Array): Promise<readonly FrameReading[]> {
    const decoded = await pixels.decode(bytes, { frames: animationFrames });
    return decoded.map(({ atMs, picture }) => frameOf(atMs, picture, () => pixels.still(bytes, atMs)));
  }

  async function framesOfVideo(bytes: Uint8Array): Promise<readonly FrameReading[] | null> {
    if (!frames) return null;
    const readings: FrameReading[] = [];
    for (const { atMs, image } of await frames.sample(bytes, { most: videoFrames })) {
      const [decoded] = await pixels.decode(image, { frames: 1 });
      if (decoded) readings.push(frameOf(atMs, decoded.picture, async () => image));
    }
    return readings.length > 0 ? readings : null;
  }

  return {
    async read(ref, bytes) {
      const sniffed = sniffMedia(bytes);
      const known = { ref, sha256: sha256Of(bytes), kind: sniffed?.kind ?? ('image' as const) };
      if (!sniffed)
        return { ...known, mediaType: 'application/octet-stream', frames: null, failure: 'unsupported' };
      const { kind, mediaType } = sniffed;
      try {
        const looked = kind === 'image' ? await framesOfPicture(bytes) : await framesOfVideo(bytes);
        return { ...known, mediaType, frames: looked, failure: looked ? null : 'unreadable' };
      } catch (error) {
        return { ...known, mediaType, frames: null, failure: failureOf(error) };
      }
    },
  };
}

function failureOf(error: unknown): MediaFailure {
  return isSocialError(error) && error.code === 'media.too_large' ? 'too_large' : 'unreadable';
}
