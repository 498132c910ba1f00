import type { Picture } from './picture.js';

/** What a decoder may spend on one file. */
export interface DecodeLimits {
  /** Bytes of the file. @default 10485760, 10 MiB */
  readonly maxBytes: number;
  /** Pixels of one frame. @default 40000000 */
  readonly maxPixels: number;
  /** Frames of an animation. @default 300 */
  readonly maxFrames: number;
}

export const DECODE_LIMITS: DecodeLimits = Object.freeze({
  maxBytes: 10 * 1024 * 1024,
  maxPixels: 40_000_000,
  maxFrames: 300,
});

/** One decoded frame of a picture. */
export interface DecodedFrame {
  /** Milliseconds from the beginning of an animation; 0 of a still. */
  readonly atMs: number;
  /** At most 512 pixels wide and high. */
  readonly picture: Picture;
}

/**
 * Decodes pictures. Limits are checked before anything is decoded; what breaks one is refused with `media.too_large`, what is
 * damaged or not a picture with `media.unreadable`.
 */
export interface PixelSource {
  /** The frames of a picture, at most `frames` of an animation, evenly spread, the first among them. */
  decode(bytes: Uint8Array, options: { readonly frames: number }): Promise<readonly DecodedFrame[]>;
  /** One frame as a JPEG of at most 1024 pixels a side, without metadata. `atMs` as {@link PixelSource.decode} gave it. */
  still(bytes: Uint8Array, atMs: number): Promise<Uint8Array>;
}

/** One frame of a video, as an encoded picture that a {@link PixelSource} decodes. */
export interface VideoFrame {
  /** Milliseconds from the beginning. */
  readonly atMs: number;
  readonly image: Uint8Array;
}

/**
 * Takes frames out of videos. Ends by itself within its own deadline and limits; what it cannot read is refused with
 * `media.unreadable`, what breaks a limit with `media.too_large`.
 */
export interface FrameSource {
  /** Frames in their order, evenly spread, at most `most` of them. */
  sample(bytes: Uint8Array, options: { readonly most: number }): Promise<readonly VideoFrame[]>;
}

/** Where the bytes of media are. Given by the host, who alone knows what its references mean. */
export interface MediaSource {
  /** The bytes behind a reference; null where there are none any more. */
  open(ref: string): Promise<Uint8Array | null>;
}
