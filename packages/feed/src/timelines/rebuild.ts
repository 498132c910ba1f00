import type { Id, Runtime } from '@socialkit/core';
import { NO_FLOOR, type Source } from './merge.js';
import type { FeedTruthReader, TimelineStore } from './store.js';

/** What a build found: a source as good as the timeline it filled. */
export interface Rebuilt extends Source {
  readonly build: Id;
}

/** Builds timelines out of the rows. */
export interface TimelineBuilder {
  /**
   * Builds the timeline of a reader who has none.
   * @param replace ends a timeline that exists and builds it anew
   * @returns what was read from the rows; `shared` after waiting for a build of this process that was running: read the
   * timeline again, it knows more than that build read; null when it was ended meanwhile or another process builds it
   */
  build(userId: Id, replace: boolean): Promise<Rebuilt | 'shared' | null>;
}

/** @param deps.length ids a build reads */
export function createTimelineBuilder(deps: {
  readonly timelines: TimelineStore;
  readonly truth: Pick<FeedTruthReader, 'home'>;
  readonly runtime: Pick<Runtime, 'ids' | 'logger'>;
  readonly length: number;
}): TimelineBuilder {
  const { timelines, truth, runtime, length } = deps;
  const running = new Map<Id, Promise<Rebuilt | null>>();

  const run = async (userId: Id, replace: boolean): Promise<Rebuilt | null> => {
    if (replace) await timelines.drop([userId]);
    const build = runtime.ids.next();
    // From here on pushes land in the timeline; whatever was committed before is in the rows read next.
    if (!(await timelines.begin(userId, build))) return null;
    try {
      const ids = await truth.home(userId, { before: null, limit: length });
      const complete = ids.length < length;
      // Ended meanwhile, for example by a new follow: what was read before that is not the whole home.
      if (!(await timelines.fill(userId, build, ids, complete))) return null;
      return { build, ids, floor: complete ? NO_FLOOR : (ids.at(-1) ?? NO_FLOOR) };
    } catch (error) {
      await timelines.abandon(userId, build).catch((failure) => {
        runtime.logger.debug({ err: failure }, 'abandoning a timeline failed; it ends by itself');
      });
      throw error;
    }
  };

  return {
    build(userId, replace) {
      const known = running.get(userId);
      if (known)
        return known.then(
          () => 'shared' as const,
          () => null,
        );
      const own = run(userId, replace).finally(() => {
        if (running.get(userId) === own) running.delete(userId);
      });
      running.set(userId, own);
      return own;
    },
  };
}
