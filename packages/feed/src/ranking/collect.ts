import type { Logger } from '@socialkit/core';
import type { RankingProfile } from './profile.js';
import type { Found, Source } from './types.js';

/** Milliseconds all sources of a request have together. */
export const SOURCE_DEADLINE_MS = 150;

/** What came of the sources of one request. */
export interface Collected {
  readonly found: ReadonlyMap<string, readonly Found[]>;
  /** Sources that had not answered at the deadline. */
  readonly late: readonly string[];
  /** Sources that threw. */
  readonly failed: readonly string[];
}

/**
 * Asks every source of the profile at once, under one deadline. Late ones are dropped and named, so are those that fail:
 * a page with fewer sources beats no page.
 */
export async function collect<C>(
  sources: readonly Source<C>[],
  context: C,
  profile: Pick<RankingProfile, 'sources'>,
  { deadlineMs, logger }: { readonly deadlineMs: number; readonly logger: Logger },
): Promise<Collected> {
  const found = new Map<string, readonly Found[]>();
  const failed: string[] = [];
  const asked = sources.filter(({ name }) => (profile.sources[name]?.weight ?? 0) > 0);
  const open = new Set(asked.map(({ name }) => name));
  const stop = new AbortController();
  let over = false;
  const answers = asked.map(async (source) => {
    try {
      const answer = await source.fetch(context, profile.sources[source.name]?.cap ?? 0, stop.signal);
      if (!over) found.set(source.name, answer);
    } catch (error) {
      if (over) return;
      failed.push(source.name);
      logger.warn({ err: error, source: source.name }, 'a source of candidates failed');
    } finally {
      if (!over) open.delete(source.name);
    }
  });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([Promise.all(answers), deadline]);
  clearTimeout(timer);
  over = true;
  const late = [...open].sort();
  if (late.length > 0) {
    stop.abort();
    logger.info({ late }, 'sources of candidates were late');
  }
  return { found, late, failed: failed.sort() };
}
