import {
  createMemoryPostHistory,
  createSpamModel,
  createTextGate,
  createTextModeration,
  plainView,
  type SpamModel,
  simhashOf,
} from '@socialkit/moderation';
import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';
import { atLeast, atMost, judged, type Metric } from '../harness/metric.js';
import { median, quantile, ratio } from '../harness/rounds.js';
import { makeTexts } from './made-texts.js';
import { quickest } from './quickest.js';

const COUNT = 3_000;
/** Characters of the posts that the baseline of the reference was measured with. */
const USUAL = 77;
const LONG = 280;
/** Texts of one turn. */
const TURN = 50;
const clock = { now: () => Date.UTC(2026, 0, 1, 12) };

/** A spam model that has learned enough to count. */
export function learnedModel(): SpamModel {
  const model = createSpamModel();
  makeTexts(200, USUAL, 5).forEach((text, at) => {
    const spam = at % 2 === 0;
    model.learn({
      id: `${at}`,
      text: spam ? `${text} buy now, free coins ${at}` : text,
      spam,
      moderatorId: `m${at % 4}`,
      at,
      source: 'decision',
    });
  });
  if (!model.active) throw new Error('the spam model has not learned enough to count');
  return model;
}

/**
 * M14: a whole local decision (reading, word lists, the shipped model, a learned spam model, sentiment, links, fingerprint,
 * policy) beside obscenity's bare list of matches over the same texts, in turns.
 */
export async function measureTexts(rounds: number): Promise<readonly Metric[]> {
  const spamModel = learnedModel();
  const moderation = createTextModeration({ clock }, { spamModel });
  const gate = createTextGate({ clock }, { spamModel, history: createMemoryPostHistory() });
  const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
  const texts = makeTexts(COUNT, USUAL, 1);
  const judge = async (text: string) => {
    simhashOf(plainView(text));
    return moderation.moderate({ surface: 'post', id: 'p', texts: { text }, authorId: 'a' });
  };
  const ways = {
    obscenity: async (text: string) => matcher.getAllMatches(text),
    decision: judge,
    gate: (text: string, at: number) =>
      gate.review({ surface: 'post', texts: { text }, media: [], links: [], authorId: `${at % 500}` }),
  };
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const figures: Record<keyof typeof ways, number[]> = { obscenity: [], decision: [], gate: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const spent = { obscenity: 0, decision: 0, gate: 0 };
    // Ways take turns every few texts, so that whatever else the machine does hits all of them.
    for (let from = 0; from < texts.length; from += TURN) {
      for (const name of (from / TURN) % 2 === 0 ? names : [...names].reverse()) {
        const began = performance.now();
        for (let at = from; at < from + TURN; at += 1) await ways[name](texts[at]!, at);
        spent[name] += performance.now() - began;
      }
    }
    // The first round warms up.
    if (round > 0) for (const name of names) figures[name].push((1000 * texts.length) / spent[name]);
  }
  // A picture character may be torn apart by the cut.
  const long = makeTexts(COUNT, LONG, 2).map((text) => text.slice(0, LONG).replace(/\p{Surrogate}/gu, ' '));
  const times = await quickest(long, judge);
  return [
    judged(
      'M14',
      'decisions over bare obscenity, texts a second',
      ratio(figures.decision, figures.obscenity),
      'x',
      atLeast(0.5),
    ),
    judged('M14', `one decision at ${LONG} characters, p99`, quantile(times, 0.99), 'ms', atMost(1)),
    judged('M14', 'decisions', median(figures.decision), 'texts/s', null),
    judged('M14', 'bare obscenity', median(figures.obscenity), 'texts/s', null),
    judged('M14', 'gate with history over bare obscenity', ratio(figures.gate, figures.obscenity), 'x', null),
  ];
}
