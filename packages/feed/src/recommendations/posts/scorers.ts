import { type Id, timeOfId } from '@socialkit/core';
import type { Scorer } from '../../ranking/index.js';
import type { PostContext } from './context.js';
import type { FeedbackKind } from './types.js';
import { valueScorer } from './value.js';

const HOUR_MS = 3_600_000;
/** Half-life of what a user said. */
const FEEDBACK_HALF_LIFE_MS = 30 * 24 * HOUR_MS;
/** What was served in an earlier list comes behind what was not. */
const SERVED_BEFORE = 0.1;
/** Bounds of what feedback makes of a post. */
const LEAST_TASTE = 0.05;
const MOST_TASTE = 4;

/** Factors for other posts of the same author, and for each hashtag they share; `hide` is about one post only. */
const TASTE: Readonly<
  Record<Exclude<FeedbackKind, 'hide'>, { readonly author: number; readonly tag: number }>
> = {
  more: { author: 1.6, tag: 1.25 },
  less: { author: 0.4, tag: 0.7 },
  not_interested: { author: 0.5, tag: 0.75 },
};

/** 2^(-age / half-life), with the age since the id was made. */
const freshness: Scorer<PostContext> = {
  name: 'freshness',
  score: async ({ now }, items, { halfLifeHours }) =>
    Float64Array.from(items, ({ id }) => 2 ** (-Math.max(0, now - timeOfId(id)) / (halfLifeHours * HOUR_MS))),
};

/** What comes from outside of the viewer's network counts less. */
const network: Scorer<PostContext> = {
  name: 'network',
  score: async ({ known }, items, { outOfNetwork }) =>
    Float64Array.from(items, ({ id }) => (known.get(id)?.author.follows ? 1 : outOfNetwork)),
};

/** What the viewer said about posts by the same author and with the same hashtags, fading with time. */
const taste: Scorer<PostContext> = {
  name: 'taste',
  async score(context, items) {
    const factors = new Float64Array(items.length).fill(1);
    const said = await context.feedback();
    if (said.length === 0) return factors;
    const authors = new Map<Id, number>();
    const tags = new Map<string, number>();
    const add = <K>(map: Map<K, number>, key: K, log: number) => map.set(key, (map.get(key) ?? 0) + log);
    for (const { kind, authorId, tags: about, at } of said) {
      if (kind === 'hide') continue;
      const fading = 2 ** (-Math.max(0, context.now - at) / FEEDBACK_HALF_LIFE_MS);
      add(authors, authorId, fading * Math.log(TASTE[kind].author));
      for (const tag of about) add(tags, tag, fading * Math.log(TASTE[kind].tag));
    }
    const signals = await context.signals(items.map(({ id }) => id));
    for (const [at, { id }] of items.entries()) {
      const post = signals.get(id);
      if (!post) continue;
      let log = authors.get(post.authorId) ?? 0;
      for (const tag of post.tags) log += tags.get(tag) ?? 0;
      factors[at] = Math.min(MOST_TASTE, Math.max(LEAST_TASTE, Math.exp(log)));
    }
    return factors;
  },
};

/** What was served in the last week comes behind what was not, so that a new list shows something new first. */
const served: Scorer<PostContext> = {
  name: 'served',
  async score(context, items) {
    const before = await context.served();
    return Float64Array.from(items, ({ id }) => (before.has(id) ? SERVED_BEFORE : 1));
  },
};

/** Factors of recommended posts. */
export const postScorers: readonly Scorer<PostContext>[] = [valueScorer, freshness, network, taste, served];
