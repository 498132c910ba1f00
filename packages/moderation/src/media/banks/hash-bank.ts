import { invalid } from '@socialkit/core';
import { z } from 'zod';
import type { Category } from '../../kernel/categories.js';
import { categorySchema } from '../../kernel/categories.js';
import type { MediaReading } from '../../kernel/media-reading.js';
import { keptFingerprints } from '../pdq/fingerprint.js';
import { PDQ_PLAIN, pdqFromHex, pdqToHex } from '../pdq/pdq-hash.js';
import { createHashIndex } from './hash-index.js';

/** What a match of a bank means. */
export const BANK_MODES = ['block', 'review', 'child_safety'] as const;
export type BankMode = (typeof BANK_MODES)[number];

const hex = z.string().regex(/^[0-9a-f]{64}$/);

/** One picture or video of a bank. It holds hashes only, never the content. */
export const bankEntrySchema = z
  .strictObject({
    id: z.string().min(1).max(200),
    /** SHA-256 of the bytes, of one file or of several that are the same picture. @default [] */
    sha256: z.array(hex).max(100).default([]),
    /** PDQ hash of a picture, or of the frames of a video in their order. @default [] */
    pdq: z.array(hex).max(3600).default([]),
    /** PDQ quality of the listed picture where the list tells it; at 49 or less its PDQ hashes are not compared. */
    quality: z.number().int().min(0).max(100).optional(),
    /** Whether `pdq` are frames of a video: then a share of them must be found. @default false */
    video: z.boolean().default(false),
  })
  .refine(({ sha256, pdq }) => sha256.length + pdq.length > 0, 'an entry needs a hash');
export type BankEntryInput = z.input<typeof bankEntrySchema>;

const bankSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: z.string().min(1).max(64),
  mode: z.enum(BANK_MODES),
  /** What a match is a finding of. @default `known_media`, and always `child_safety` in that mode */
  category: categorySchema.optional(),
  /** Bits that may differ. @default 31 */
  distance: z.number().int().min(0).max(31).default(31),
  /** Share of a listed video's frames that must be found in a video. @default 0.5 */
  videoShare: z.number().min(0.01).max(1).default(0.5),
});
export type HashBankOptions = z.input<typeof bankSchema>;

/**
 * An entry for a medium that was read: the hash of its bytes, and of a picture also the hashes of its centre and without its
 * border, so that copies that were cut are found. A plain or unreadable medium is known by its bytes only.
 */
export function bankEntryOf(id: string, media: MediaReading): BankEntryInput {
  const frames = media.frames ?? [];
  const video = media.kind === 'video';
  const pdq = frames.flatMap(({ fingerprints }) =>
    (video ? fingerprints.slice(0, 1) : keptFingerprints(fingerprints)).map(({ hash }) => pdqToHex(hash)),
  );
  return { id, sha256: [media.sha256], pdq: [...new Set(pdq)], video: video && pdq.length > 0 };
}

/** A match. */
export interface BankMatch {
  readonly bank: string;
  readonly mode: BankMode;
  readonly category: Category;
  readonly entry: string;
  /** 0 where the bytes are the same. */
  readonly distance: number;
  readonly variant: string;
  /** The frames that matched, in milliseconds; 0 of a still. */
  readonly atMs: readonly number[];
  /** Share of the looked-at frames that matched, 0 to 1. */
  readonly share: number;
}

/** A list of known pictures and videos. Implementations may ask another process; one that fails throws. */
export interface HashBank {
  readonly id: string;
  /** Another version may match otherwise. */
  readonly version: string;
  readonly mode: BankMode;
  readonly category: Category;
  /** The matches of a medium, exact ones first, then the nearest. Empty where nothing matches. */
  match(media: MediaReading): readonly BankMatch[] | Promise<readonly BankMatch[]>;
}

/** A bank in this process, which may grow. */
export interface MemoryHashBank extends HashBank {
  readonly size: number;
  /** Adds entries; one with a known id replaces it. Nothing is added when one is wrong. @throws bank.invalid */
  add(entries: readonly BankEntryInput[]): void;
  /** Whether it was there. */
  remove(id: string): boolean;
}

interface Listed {
  readonly id: string;
  readonly video: boolean;
  readonly sha256: readonly string[];
  readonly numbers: readonly number[];
}

/** A bank in memory. The version is the given one and the number of changes since. @throws bank.invalid */
export function createHashBank(
  options: HashBankOptions,
  entries: readonly BankEntryInput[] = [],
): MemoryHashBank {
  const { id, version, mode, category, distance, videoShare } = parsed(bankSchema, options);
  const meant: Category = mode === 'child_safety' ? 'child_safety' : (category ?? 'known_media');
  const index = createHashIndex();
  const listed = new Map<string, Listed>();
  const exact = new Map<string, Listed>();
  const owners: Listed[] = [];
  let changes = 0;

  const forget = (entryId: string): boolean => {
    const known = listed.get(entryId);
    if (!known) return false;
    for (const number of known.numbers) index.remove(number);
    for (const one of known.sha256) if (exact.get(one) === known) exact.delete(one);
    listed.delete(entryId);
    return true;
  };
  const add = (inputs: readonly BankEntryInput[]): void => {
    for (const one of inputs.map((input) => parsed(bankEntrySchema, input))) {
      forget(one.id);
      const plain = one.quality !== undefined && one.quality <= PDQ_PLAIN;
      const numbers = plain ? [] : one.pdq.map((hash) => index.add(pdqFromHex(hash)));
      const entry: Listed = { id: one.id, video: one.video, sha256: one.sha256, numbers };
      for (const number of numbers) owners[number] = entry;
      for (const hash of one.sha256) exact.set(hash, entry);
      listed.set(one.id, entry);
    }
  };
  add(entries);

  const found = (entry: string, apart: number, variant: string, atMs: readonly number[], share: number) => ({
    bank: id,
    mode,
    category: meant,
    entry,
    distance: apart,
    variant,
    atMs,
    share,
  });

  return {
    id,
    mode,
    category: meant,
    get version() {
      return changes === 0 ? version : `${version}+${changes}`;
    },
    get size() {
      return listed.size;
    },
    add(inputs) {
      add(inputs);
      changes += 1;
    },
    remove(entryId) {
      const known = forget(entryId);
      if (known) changes += 1;
      return known;
    },
    match(media) {
      const same = exact.get(media.sha256);
      if (same) return [found(same.id, 0, 'exact', [0], 1)];
      const frames = media.frames ?? [];
      const seen = new Map<
        Listed,
        { distance: number; variant: string; atMs: number[]; numbers: Set<number> }
      >();
      for (const { atMs, fingerprints } of frames) {
        for (const { hash, variant } of fingerprints) {
          for (const near of index.near(hash, distance)) {
            const entry = owners[near.number]!;
            const known = seen.get(entry);
            if (!known) {
              seen.set(entry, {
                distance: near.distance,
                variant,
                atMs: [atMs],
                numbers: new Set([near.number]),
              });
              continue;
            }
            if (known.atMs.at(-1) !== atMs) known.atMs.push(atMs);
            known.numbers.add(near.number);
            if (near.distance < known.distance) Object.assign(known, { distance: near.distance, variant });
          }
        }
      }
      return [...seen]
        .filter(([entry, { numbers }]) => !entry.video || numbers.size / entry.numbers.length >= videoShare)
        .map(([entry, one]) =>
          found(entry.id, one.distance, one.variant, one.atMs, one.atMs.length / frames.length),
        )
        .sort((a, b) => a.distance - b.distance || (a.entry < b.entry ? -1 : 1));
    },
  };
}

function parsed<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(
    'bank.invalid',
    'this is no bank of hashes',
    result.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}
