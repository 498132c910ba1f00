export { type BankDetectorOptions, createBankDetector, REVIEW_MATCH } from './banks/bank-detector.js';
export {
  BANK_MODES,
  type BankEntryInput,
  type BankMatch,
  type BankMode,
  bankEntryOf,
  bankEntrySchema,
  createHashBank,
  type HashBank,
  type HashBankOptions,
  type MemoryHashBank,
} from './banks/hash-bank.js';
export { createHashIndex, type HashIndex, type NearHash } from './banks/hash-index.js';
export * from './judge/index.js';
export {
  type Fingerprint,
  fingerprintsOf,
  type PictureFingerprints,
  pdqOf,
} from './pdq/fingerprint.js';
export { PDQ_MATCH, PDQ_PLAIN, type PdqHash, pdqDistance, pdqFromHex, pdqToHex } from './pdq/pdq-hash.js';
export type { Picture } from './picture.js';
export {
  createMediaReader,
  type MediaReader,
  type MediaReaderDeps,
  type MediaReaderOptions,
  sha256Of,
} from './read-media.js';
export { type SniffedMedia, sniffMedia } from './sniff.js';
export {
  DECODE_LIMITS,
  type DecodedFrame,
  type DecodeLimits,
  type FrameSource,
  type MediaSource,
  type PixelSource,
  type VideoFrame,
} from './sources.js';
