import { type Id, keyOf, timeOfId } from '@socialkit/core';
import type { TrendCount } from './store.js';
import type { TrendDeps } from './unit.js';
import type { WindowPlan } from './windows.js';

/** Posts of an author that say what is usual. */
const COMPARED = 10;
/** Posts looked at in one pass, those with most people first. */
const MAX_POSTS = 100;
/** How much of what is usual on the platform an author without posts is given, in posts. */
const PRIOR = 2;
/** A newer post says more: the weight of each is this much of the next newer one's. */
const FADING = 0.8;

const keyAt = ({ subject, cell }: Pick<TrendCount, 'subject' | 'cell'>): string => keyOf(cell, subject);

/**
 * People each post was to be expected to have now: a weighted mean over its author's posts before it, each in the window at
 * the age the post has now, drawn towards the median of the other posts people take part in at the moment. So what is found does
 * better than its author usually does, and the largest author does not win by being large.
 *
 * @param counts what to say it for @param all every post people take part in now
 */
export async function usualOfAuthors(
  { stores, readers }: Pick<TrendDeps, 'stores' | 'readers'>,
  plan: WindowPlan,
  counts: readonly TrendCount[],
  all: readonly TrendCount[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const posts = [...new Set(counts.map(({ subject }) => subject))].slice(0, MAX_POSTS);
  if (posts.length === 0) return new Map();
  const facts = await readers.facts.posts(null, posts);
  const spans: { readonly of: Id; readonly weight: number; subject: string; from: number; to: number }[] = [];
  await Promise.all(
    posts.map(async (id) => {
      const authorId = facts.get(id)?.author.accountId;
      if (authorId === undefined) return;
      const earlier = await readers.postSkeletons.byAuthor(authorId, {
        after: id,
        limit: COMPARED,
        reposts: false,
      });
      const age = now - timeOfId(id);
      for (const [n, post] of earlier.entries()) {
        const to = timeOfId(post.id) + age;
        // What was shared too long ago to be counted, or has not reached the age yet, says nothing.
        if (to <= now)
          spans.push({ of: id, weight: FADING ** n, subject: post.id, from: to - plan.lengthMs, to });
      }
    }),
  );
  const found = new Map<string, number>();
  const cells = new Set(counts.map(({ cell }) => cell));
  const actorsAt = new Map<string, number>();
  if (spans.length > 0)
    for (const { span, cell, actors } of await stores.uses.levels('post', spans, plan.lengthMs))
      actorsAt.set(keyOf(span, cell), actors);
  for (const cell of cells) {
    const around = all.filter((count) => count.cell === cell);
    for (const count of counts.filter((one) => one.cell === cell)) {
      const others = around.filter(({ subject }) => subject !== count.subject).map(({ actors }) => actors);
      let [sum, weights] = [PRIOR * Math.max(1, median(others)), PRIOR];
      for (const [n, span] of spans.entries()) {
        if (span.of !== count.subject) continue;
        sum += span.weight * (actorsAt.get(keyOf(n, cell)) ?? 0);
        weights += span.weight;
      }
      found.set(keyAt(count), sum / weights);
    }
  }
  return found;
}

/** The lower median, so that one huge post does not raise what is expected of all. */
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
