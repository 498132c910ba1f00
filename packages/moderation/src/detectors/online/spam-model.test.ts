import { describe, expect, it } from 'vitest';
import { createSpamModel, type LabelledDecision, restoreSpamModel, type SpamModel } from './spam-model.js';

const SPAM = [
  'cheap followers for everybody, visit my page now',
  'free coins, click the link in my profile',
  'win a phone today, only ten left, register here',
  'my channel gives away prizes, subscribe and share',
];
const FINE = [
  'the concert last night was wonderful',
  'does anybody know when the library opens',
  'we baked bread with the children and it worked',
  'I miss the old tram line through the park',
];

const decision = (at: number, more: Partial<LabelledDecision> = {}): LabelledDecision => ({
  id: `d${at}`,
  text: `${at % 2 ? SPAM[at % 4] : FINE[at % 4]} ${at}`,
  spam: at % 2 === 1,
  moderatorId: `m${at % 4}`,
  at: at * 1_000,
  source: 'decision',
  ...more,
});
const teach = (model: SpamModel, count: number, from = 0) => {
  for (let at = from; at < from + count; at += 1) model.learn(decision(at));
  return model;
};
const OPTIONS = { bits: 14 };

describe('spam model', () => {
  it('waits in shadow until it has enough labels of both kinds', () => {
    const model = teach(createSpamModel(OPTIONS), 49);
    expect(model.active).toBe(false);
    teach(model, 1, 49);
    expect(model.active).toBe(true);
    const oneSided = createSpamModel(OPTIONS);
    for (let at = 0; at < 60; at += 1) oneSided.learn(decision(at, { spam: true }));
    expect(oneSided.active).toBe(false);
  });

  it('tells spam from other texts after some decisions', () => {
    const model = teach(createSpamModel(OPTIONS), 120);
    expect(model.score('cheap followers, visit my page').score).toBeGreaterThan(0.7);
    expect(model.score('bread with the children last night').score).toBeLessThan(0.3);
    expect(model.heldBack()).toBeNull();
    teach(model, 300, 120);
    expect(model.heldBack()!.accuracy).toBeGreaterThan(0.9);
  });

  it('learns the same from the same decisions, also from where it was saved', () => {
    const whole = teach(createSpamModel(OPTIONS), 200);
    const half = teach(createSpamModel(OPTIONS), 100);
    const resumed = teach(restoreSpamModel(half.save(), OPTIONS), 100, 100);
    for (const text of [...SPAM, ...FINE]) expect(resumed.score(text)).toEqual(whole.score(text));
  });

  it('goes back to a version and forgets what came after', () => {
    const model = teach(createSpamModel(OPTIONS), 100);
    const known = model.score(SPAM[0]!);
    const version = model.version;
    for (let at = 100; at < 160; at += 1) model.learn(decision(at, { text: SPAM[0]!, spam: false }));
    expect(model.score(SPAM[0]!).score).toBeLessThan(known.score);
    model.rollback(version);
    expect(model.score(SPAM[0]!)).toEqual(known);
    expect(model.version).toBeGreaterThan(version);
    expect(() => model.rollback(9_999)).toThrow(expect.objectContaining({ code: 'model.version_not_found' }));
  });

  it('lets no moderator teach more than a share or a daily number', () => {
    const model = createSpamModel({ ...OPTIONS, moderatorDaily: 30 });
    const outcomes = Array.from({ length: 40 }, (_, at) =>
      model.learn(decision(at, { moderatorId: 'busy' })),
    );
    expect(outcomes.slice(30)).toEqual(Array(10).fill('moderator_daily_cap'));
    expect(model.learn(decision(99, { moderatorId: 'busy', source: 'appeal' }))).toBe('learned');
    const shared = teach(createSpamModel(OPTIONS), 60);
    const flood = Array.from({ length: 300 }, (_, at) =>
      shared.learn(decision(60 + at, { moderatorId: 'flood', spam: true })),
    );
    expect(flood.filter((outcome) => outcome === 'moderator_share_cap').length).toBeGreaterThan(100);
  });

  it('takes the later decision about the same subject for the true one', () => {
    const model = teach(createSpamModel(OPTIONS), 20);
    const before = model.labels;
    model.learn(decision(1, { spam: false, source: 'appeal' }));
    expect(model.labels).toEqual({ spam: before.spam - 1, other: before.other + 1 });
  });

  it('writes nothing for what is no decision', () => {
    const model = createSpamModel(OPTIONS);
    const wrong = { ...decision(1), extra: true };
    expect(() => model.learn(wrong)).toThrow(expect.objectContaining({ code: 'decision.invalid' }));
    expect(model.labels).toEqual({ spam: 0, other: 0 });
  });
});
