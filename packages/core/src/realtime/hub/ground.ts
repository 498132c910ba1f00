import { randomBytes } from 'node:crypto';
import type { Clock, Logger } from '../../kernel/runtime.js';
import type { AudienceReader } from '../store.js';
import type { StreamEpochs, StreamKind, StreamSource } from '../streams.js';
import type { StreamTail } from '../tail.js';
import type { RealtimeTransport } from '../transport.js';

/** Milliseconds between two questions of a kind when many clients come at once. */
export const RUSH_MS = 50;

/** A transport that may say when messages were lost. */
export type HubTransport = RealtimeTransport & { onGap?(listener: () => void): () => void };

/** What a hub is made of. */
export interface HubDeps {
  readonly transport: HubTransport;
  readonly tail: StreamTail;
  readonly epochs: StreamEpochs;
  readonly audience: AudienceReader;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Options of a hub. */
export interface HubOptions {
  /** Milliseconds between two position checks. @default 5000 */
  readonly checkMs?: number;
  /** Milliseconds an event that came before its turn waits for the missing one before it is fetched. @default 25 */
  readonly holdMs?: number;
  /** Events replayed for one stream at most; further behind means `reset`. @default 500 */
  readonly replay?: number;
  /** Milliseconds a stream is kept after its last follower left. @default 30000 */
  readonly idleMs?: number;
  /** Milliseconds in which hints of the home feed are put together. @default 1000 */
  readonly feedMs?: number;
}

/** Counts while they grow. */
export interface Counts {
  delivered: number;
  duplicates: number;
  repairs: number;
  repaired: number;
  missed: number;
  resumes: { current: number; tail: number; source: number; reset: number; refused: number };
  lag: { count: number; sumMs: number; maxMs: number };
}

/** What the parts of a hub share. */
export interface Ground extends HubDeps {
  /** This process among the nodes; without spaces. */
  readonly origin: string;
  readonly sources: Map<StreamKind, StreamSource>;
  readonly options: Required<HubOptions>;
  readonly counts: Counts;
  /** The epoch of the database; empty until {@link begin} resolved. */
  epoch: string;
  closed: boolean;
  /** Learns the epoch; asked once until it answers. */
  begin(): Promise<void>;
}

/** @internal */
export function createGround(deps: HubDeps, options: HubOptions): Ground {
  let beginning: Promise<void> | null = null;
  const ground: Ground = {
    ...deps,
    origin: randomBytes(9).toString('base64url'),
    sources: new Map(),
    options: { checkMs: 5000, holdMs: 25, replay: 500, idleMs: 30_000, feedMs: 1000, ...options },
    counts: {
      delivered: 0,
      duplicates: 0,
      repairs: 0,
      repaired: 0,
      missed: 0,
      resumes: { current: 0, tail: 0, source: 0, reset: 0, refused: 0 },
      lag: { count: 0, sumMs: 0, maxMs: 0 },
    },
    epoch: '',
    closed: false,
    async begin() {
      if (ground.epoch !== '') return;
      beginning ??= deps.epochs
        .current()
        .then((epoch) => {
          if (ground.epoch === '') ground.epoch = epoch;
        })
        .finally(() => {
          beginning = null;
        });
      await beginning;
    },
  };
  return ground;
}

/** The source of a kind. @throws Error when none is registered */
export function sourceOf(ground: Ground, kind: StreamKind): StreamSource {
  const source = ground.sources.get(kind);
  if (!source) throw new Error(`no source of ${kind} streams is registered`);
  return source;
}
