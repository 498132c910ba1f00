import type { Candidate, RankingProfile, Scorer } from '../../ranking/index.js';
import type { PostContext } from './context.js';
import type { PostSignals } from './store.js';

/** Impressions a post is believed to have had at the platform's rate before its own count. */
const PRIOR_IMPRESSIONS = 50;
/** What a post is worth at least: one nobody wants still has a place behind all others. */
const LEAST = 1e-6;

const countsOf = (signals: PostSignals): Readonly<Record<string, number>> => ({
  like: signals.reactions,
  reply: signals.replies,
  repost: signals.reposts,
  quote: signals.quotes,
  bookmark: signals.bookmarks,
  not_interested: signals.notInterested,
});

const weighted = (actions: RankingProfile['actions'], counts: Readonly<Record<string, number>>): number => {
  let sum = 0;
  for (const [action, count] of Object.entries(counts)) sum += (actions[action] ?? 0) * count;
  return sum;
};

/**
 * What a post is worth.
 *
 * - `rate`: value per impression, sum over actions of w (n + m r) / (impressions + m), with r the rate of all candidates
 *   together and m = 50. Where no candidate has impressions nobody reports them: then 1 + ln(1 + weighted counts).
 * - `count`: 1 + weighted counts.
 * - `none`: 1.
 */
export const valueScorer: Scorer<PostContext> = {
  name: 'value',
  async score(context, items, { value, actions }) {
    const worth = new Float64Array(items.length).fill(1);
    if (value === 'none') return worth;
    const signals = await context.signals(items.map(({ id }) => id));
    const of = ({ id }: Candidate) => signals.get(id);
    let impressions = 0;
    let all = 0;
    for (const item of items) {
      const counted = of(item);
      if (!counted || counted.impressions === 0) continue;
      impressions += counted.impressions;
      all += weighted(actions, countsOf(counted));
    }
    const platform = impressions === 0 ? 0 : all / impressions;
    for (const [at, item] of items.entries()) {
      const counted = of(item);
      const sum = counted ? weighted(actions, countsOf(counted)) : 0;
      if (value === 'count') worth[at] = Math.max(LEAST, 1 + sum);
      else if (impressions === 0) worth[at] = 1 + Math.log1p(Math.max(0, sum));
      else
        worth[at] = Math.max(
          LEAST,
          (sum + PRIOR_IMPRESSIONS * platform) / ((counted?.impressions ?? 0) + PRIOR_IMPRESSIONS),
        );
    }
    return worth;
  },
};
