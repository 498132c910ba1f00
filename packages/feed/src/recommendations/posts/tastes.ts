import {
  firstIdAt,
  type Id,
  type JobHandler,
  type JobWriter,
  parseInput,
  type Runtime,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import { breathe } from '../models/breathe.js';
import type { IalsOptions } from '../models/ials.js';
import { createMatrix, type Entry } from '../models/matrix.js';
import { type Activation, createLoadedModel, storeModel } from '../models/serving.js';
import type { ModelStore } from '../models/store.js';
import { trainAndJudge } from '../models/train.js';
import type { PostSignals, TasteExport } from './store.js';

/** The kind of the model, and the queue it is trained in. */
export const TASTES = 'discovery.tastes';
const DAY_MS = 24 * 60 * 60_000;
/** Reactions that are learned from. */
const LEARNED_MS = 30 * DAY_MS;
/** Accounts read by one statement. */
const ACCOUNTS = 500;

/** How factors of authors and hashtags are trained. Posts live for hours: they are placed by what they are made of. */
const TASTE_IALS: IalsOptions = Object.freeze({
  factors: 32,
  unobserved: 0.1,
  regularisation: 0.01,
  sweeps: 8,
});

/** How much a user may like a post, by what is known of it; null when nothing is known of the user. Higher is more, from 0. */
export type TasteScore = (post: Pick<PostSignals, 'authorId' | 'tags'>) => number;

/** What people like, in factors: authors and hashtags of what they reacted to. */
export interface Tastes {
  /** Of one user; null before he is part of a model. */
  of(userId: Id): Promise<TasteScore | null>;
  /** Trains a model and puts it into use unless it is worse than the one that is. @returns null where nobody reacted to anything */
  train(): Promise<Activation | null>;
  readonly worker: { readonly queue: string; readonly handle: JobHandler };
  /** Plans the next training; any number of processes may call it. */
  readonly schedule: () => Promise<void>;
}

const authorKey = (id: Id) => `a:${id}`;
const tagKey = (tag: string) => `t:${tag}`;
const payloadSchema = z.strictObject({});

/** @param deps where tastes are read from, and models kept */
export function createTastes(deps: {
  readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }>;
  readonly tastes: TasteExport;
  readonly models: ModelStore;
  readonly runtime: Runtime;
}): Tastes {
  const { unitOfWork, tastes, models, runtime } = deps;
  const now = () => runtime.clock.now();
  const loaded = createLoadedModel(models, TASTES, now);

  const train = async (turn: () => Promise<void>): Promise<Activation | null> => {
    const span = { from: firstIdAt(now() - LEARNED_MS), to: firstIdAt(now() + DAY_MS) };
    const users: Id[] = [];
    const items: string[] = [];
    const numbers = new Map<string, number>();
    const numberOf = (item: string): number => {
      let number = numbers.get(item);
      if (number === undefined) {
        number = items.push(item) - 1;
        numbers.set(item, number);
      }
      return number;
    };
    const entries: Entry[] = [];
    for (let after: Id | null = null; ; ) {
      const page = await tastes.page(after, ACCOUNTS, span);
      for (const { userId, authors, tags } of page) {
        if (authors.length === 0) continue;
        const row = users.push(userId) - 1;
        for (const item of [...authors.map(authorKey), ...tags.map(tagKey)])
          entries.push([row, numberOf(item), 1]);
      }
      await turn();
      if (page.length < ACCOUNTS) break;
      after = page.at(-1)?.userId ?? null;
    }
    if (entries.length === 0) return null;
    const matrix = createMatrix(users.length, items.length, entries);
    const trained = await trainAndJudge(matrix, TASTE_IALS, TASTES, turn);
    const version = runtime.ids.next();
    const activation = await storeModel(models, { kind: TASTES, version, ...trained }, { users, items });
    if (!activation.activated)
      runtime.logger.warn(
        { ...activation },
        'a model of tastes was worse than the one in use and is not used',
      );
    loaded.forget();
    return activation;
  };

  const schedule = async () => {
    const slot = Math.floor(now() / DAY_MS) + 1;
    await unitOfWork.transact(({ jobs }) =>
      jobs.enqueue(TASTES, {}, { key: `train:${slot}`, runAt: slot * DAY_MS }),
    );
  };

  return {
    async of(userId) {
      const active = await loaded.active();
      const row = active?.users.get(userId);
      if (!active || row === undefined) return null;
      const { factors, users, items } = active.model;
      const mine = users.subarray(row * factors, (row + 1) * factors);
      const likes = (item: string): number => {
        const at = active.items.get(item);
        if (at === undefined) return 0;
        let sum = 0;
        for (let n = 0; n < factors; n++) sum += (mine[n] as number) * (items[at * factors + n] as number);
        return sum;
      };
      return ({ authorId, tags }) => {
        const about = tags.reduce((sum, tag) => sum + likes(tagKey(tag)), 0) / Math.max(1, tags.length);
        return Math.max(0, likes(authorKey(authorId)) + about);
      };
    },
    train: () => train(breathe),
    schedule,
    worker: {
      queue: TASTES,
      async handle([job], { signal }) {
        parseInput(payloadSchema, job?.payload);
        await schedule();
        await train(async () => {
          await breathe();
          signal.throwIfAborted();
        });
      },
    },
  };
}
