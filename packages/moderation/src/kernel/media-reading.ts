import type { Fingerprint } from '../media/pdq/fingerprint.js';

/** One looked-at moment of a picture or video. */
export interface FrameReading {
  /** Milliseconds from the beginning; 0 of a still picture. */
  readonly atMs: number;
  /** The hash of the frame as it is first, then of its variants; empty where the picture is too plain to be told apart. */
  readonly fingerprints: readonly Fingerprint[];
  /** PDQ's measure of how much there is to see, 0 to 100. */
  readonly quality: number;
  /** The frame as a JPEG without metadata, small enough for services. */
  still(): Promise<Uint8Array>;
}

/** Why a medium has no frames. */
export type MediaFailure =
  /** Neither a picture nor a video that is known by its content. */
  | 'unsupported'
  /** Over a limit of bytes, pixels or frames. */
  | 'too_large'
  /** Damaged, or the decoder failed or was too slow. */
  | 'unreadable';

/** One picture or video, read once for all detectors. */
export interface MediaReading {
  /** Its `ref` in the subject. */
  readonly ref: string;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
  readonly kind: 'image' | 'video';
  /** By content, for example `image/png`. */
  readonly mediaType: string;
  /** Null where it could not be looked at; then `failure` says why. */
  readonly frames: readonly FrameReading[] | null;
  readonly failure: MediaFailure | null;
}
