import type { Id } from '../kernel/ids.js';
import type { AnalyticsKind } from './events.js';
import { createSketch, type Sketch } from './sketch.js';

/** Counts of a rollup, in the order they are stored in: new ones go to the end. */
export const COUNTS = [
  'impressions',
  'likes',
  'comments',
  'shares',
  'bookmarks',
  'linkClicks',
  'profileClicks',
  'follows',
  'unfollows',
  /** Impressions in the log, each once: less than `impressions` where they were sampled. */
  'logged',
  /** Of the impressions those that came through one, two, three or more shares. */
  'impressions1',
  'impressions2',
  'impressions3',
  /** Shares by people who came through a share. */
  'reshares',
  /** Distinct viewers, and distinct people who engaged: what the sketches say. */
  'reach',
  'engaged',
] as const;
export type CountName = (typeof COUNTS)[number];
export type Counts = Readonly<Record<CountName, number>>;

/** Distinct people of a rollup, in the order they are stored in. */
export const SKETCHES = ['viewers', 'engagers', 'viewers0', 'viewers1', 'viewers2', 'viewers3'] as const;
export type SketchName = (typeof SKETCHES)[number];

/** The subject of rollups over everything of an author. */
export const WHOLE: Id = '0';

/** Spans of rollups. `start` counts them from 1970; of `total` there is one, with start 0. */
export const SPANS = ['quarter', 'hour', 'day', 'total'] as const;
export type Span = (typeof SPANS)[number];

/** Where a rollup comes from: the log, or corrections of what the log no longer has. Layers add up. */
export const LAYERS = ['log', 'corrections'] as const;
export type Layer = (typeof LAYERS)[number];

/** Names a rollup. */
export interface RollupKey {
  readonly authorId: Id;
  /** A post, or {@link WHOLE}. */
  readonly subjectId: Id;
  readonly span: Span;
  readonly start: number;
  readonly layer: Layer;
}

/** Numbers of one subject in one span, as they are stored. */
export interface Rollup extends RollupKey {
  readonly counts: Counts;
  /** The packed sketches: see {@link packSketches}. */
  readonly sketches: Uint8Array;
}

const COUNT_OF: Readonly<Record<AnalyticsKind, CountName>> = {
  impression: 'impressions',
  like: 'likes',
  comment: 'comments',
  share: 'shares',
  bookmark: 'bookmarks',
  link_click: 'linkClicks',
  profile_click: 'profileClicks',
  follow: 'follows',
  unfollow: 'unfollows',
};
const BY_DEPTH = [null, 'impressions1', 'impressions2', 'impressions3'] as const;
const VIEWERS = ['viewers0', 'viewers1', 'viewers2', 'viewers3'] as const;

/** The share of one event in a rollup. */
export interface Tally {
  readonly kind: AnalyticsKind;
  readonly actorId: Id;
  readonly value: number;
  readonly depth: number;
}

/** Numbers being added up. */
export interface Sum {
  /** Adds an event. What was taken back (value 0) leaves no trace. */
  add(event: Tally): void;
  /** Adds stored numbers. */
  merge(rollup: Pick<Rollup, 'counts' | 'sketches'>): void;
  /** Distinct people in any of these sketches. */
  distinct(names: readonly SketchName[]): number;
  /** Null when there is nothing at all. */
  finish(): Pick<Rollup, 'counts' | 'sketches'> | null;
  counts(): Counts;
}

/** Puts sketches into one value: each with its length in front, empty ones with length 0. */
export function packSketches(sketches: ReadonlyMap<SketchName, Sketch>): Uint8Array {
  const parts = SKETCHES.map((name) => sketches.get(name)?.toBytes() ?? new Uint8Array(0));
  while (parts.length > 0 && parts.at(-1)?.length === 0) parts.pop();
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

/** The stored form of each sketch in a packed value; empty ones are left out. */
export function* unpackSketches(packed: Uint8Array): Generator<readonly [SketchName, Uint8Array]> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let at = 0;
  for (const name of SKETCHES) {
    if (at >= packed.length) return;
    const length = view.getUint32(at);
    if (length > 0) yield [name, packed.subarray(at + 4, at + 4 + length)];
    at += 4 + length;
  }
}

/** An empty sum. Sums of parts in any order are the sum of the whole, distinct people included. */
export function createSum(): Sum {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<CountName, number>;
  const sketches = new Map<SketchName, Sketch>();
  let filled = false;
  const sketchOf = (name: SketchName): Sketch => {
    const found = sketches.get(name);
    if (found) return found;
    const made = createSketch();
    sketches.set(name, made);
    return made;
  };
  const view = ({ actorId, value, depth }: Tally) => {
    counts.logged += Math.sign(value);
    const deep = BY_DEPTH[depth];
    if (deep) counts[deep] += value;
    if (value < 0) return;
    sketchOf('viewers').add(actorId);
    sketchOf(VIEWERS[depth] ?? 'viewers3').add(actorId);
  };
  const finished = (): Counts => ({
    ...counts,
    reach: sketches.get('viewers')?.count() ?? 0,
    engaged: sketches.get('engagers')?.count() ?? 0,
  });
  return {
    add(event) {
      if (event.value === 0) return;
      filled = true;
      counts[COUNT_OF[event.kind]] += event.value;
      if (event.kind === 'impression') return view(event);
      if (event.kind === 'follow' || event.kind === 'unfollow') return;
      if (event.kind === 'share' && event.depth >= 2) counts.reshares += event.value;
      if (event.value > 0) sketchOf('engagers').add(event.actorId);
    },
    merge(rollup) {
      filled = true;
      for (const name of COUNTS)
        if (name !== 'reach' && name !== 'engaged') counts[name] += rollup.counts[name];
      for (const [name, bytes] of unpackSketches(rollup.sketches)) sketchOf(name).mergeBytes(bytes);
    },
    distinct(names) {
      const union = createSketch();
      for (const name of names) {
        const sketch = sketches.get(name);
        if (sketch) union.merge(sketch);
      }
      return union.count();
    },
    finish: () => (filled ? { counts: finished(), sketches: packSketches(sketches) } : null),
    counts: finished,
  };
}

/** All counts zero. */
export const NO_COUNTS: Counts = Object.freeze(createSum().counts());

/** Engagements of a rollup: what engagement rates have above the line. Views and follows are none. */
export const engagementsOf = (counts: Counts): number =>
  counts.likes +
  counts.comments +
  counts.shares +
  counts.bookmarks +
  counts.linkClicks +
  counts.profileClicks;
