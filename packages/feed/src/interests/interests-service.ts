import {
  accountOf,
  createService,
  type Id,
  type JobHandler,
  type JobWriter,
  type Service,
  type Subscriber,
  type UnitOfWork,
} from '@socialkit/core';
import { interestOperations } from './operations.js';
import { personalHashtags } from './personal-hashtags.js';
import { hashtagWeights, interestsOf } from './reads.js';
import { createInterestSubscribers } from './subscribers.js';
import { createInterestSweep } from './sweep.js';
import { requireInterest } from './types.js';
import type { InterestDeps, InterestOptions } from './unit.js';

/** The public service of interests. */
export type InterestsService = Service<typeof interestOperations>;

/** Interests, as the wiring uses them. */
export interface Interests {
  readonly service: InterestsService;
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
  readonly schedules: readonly (() => Promise<void>)[];
  /** Weights of the hashtags a user is interested in: what recommendations rest on. */
  hashtags(userId: Id): Promise<ReadonlyMap<string, number>>;
}

/** Assembles interests. */
export function createInterests(
  given: Omit<InterestDeps, 'settings'> & { readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }> },
  { cellOf = async () => null }: InterestOptions = {},
): Interests {
  const deps = { ...given, settings: { cellOf } };
  const sweep = createInterestSweep(deps);
  const { interests } = deps.stores;
  return {
    service: createService(
      interestOperations,
      {
        list: (actor) => interestsOf(deps, accountOf(actor)),
        async choose(actor, input) {
          const { kind, value } = requireInterest(input);
          return { changed: await interests.choose(accountOf(actor), kind, value) };
        },
        async remove(actor, input) {
          const { kind, value } = requireInterest(input);
          return { changed: await interests.remove(accountOf(actor), kind, value) };
        },
        setEnabled: async (actor, { enabled }) => ({
          changed: await interests.setEnabled(accountOf(actor), enabled),
        }),
        hashtags: async (actor, { limit }) => ({
          items: await personalHashtags(deps, accountOf(actor), limit),
        }),
      },
      deps.runtime,
    ),
    subscribers: createInterestSubscribers(deps),
    workers: [{ queue: sweep.queue, handle: sweep.handle }],
    schedules: [sweep.schedule],
    hashtags: (userId) => hashtagWeights(deps, userId),
  };
}
