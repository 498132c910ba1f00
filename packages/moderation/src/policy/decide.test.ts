import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Category } from '../kernel/categories.js';
import type { Finding } from '../kernel/finding.js';
import { type ModerationSubject, subjectSchema } from '../kernel/subject.js';
import { backtest } from './backtest.js';
import { combineFindings } from './combine.js';
import { type DecisionInput, decide } from './decide.js';
import { loadPolicy } from './load-policy.js';
import { balancedV1, documentV1 } from './shipped.js';

const subject: ModerationSubject = subjectSchema.parse({
  surface: 'media',
  id: 's',
  texts: { caption: 'a caption' },
});
const found = (category: Category, score: number, more: Partial<Finding> = {}): Finding => ({
  detector: `d-${category}`,
  version: '1',
  category,
  score,
  group: 'g',
  decisive: false,
  shadow: false,
  evidence: [],
  contributions: [],
  ...more,
});
const input = (findings: readonly Finding[], more: Partial<DecisionInput> = {}): DecisionInput => ({
  subject,
  findings,
  missing: [],
  facts: null,
  labels: [],
  now: 1_700_000_000_000,
  removalAllowed: true,
  traceId: null,
  latencyMs: 0,
  ...more,
});

describe('combining findings', () => {
  it('takes the highest of a group and adds groups up by noisy-or', () => {
    const [score] = combineFindings([
      found('hate', 0.4, { group: 'words' }),
      found('hate', 0.6, { group: 'words', detector: 'other' }),
      found('hate', 0.5, { group: 'service', detector: 'third' }),
    ]);
    expect(score).toMatchObject({ category: 'hate', score: 0.8 });
    expect(score!.leading.detector).toBe('other');
  });

  it('does not count shadows and lets a decisive finding decide', () => {
    expect(combineFindings([found('spam', 0.99, { shadow: true })])).toEqual([]);
    expect(combineFindings([found('spam', 0.1), found('spam', 0.5, { decisive: true })])[0]!.score).toBe(1);
  });

  it('does not hang on the order of findings', () => {
    const finding = fc.record({
      category: fc.constantFrom<Category>('hate', 'spam', 'nsfw'),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      group: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 12 }), (parts) => {
        const findings = parts.map((part, at) =>
          found(part.category, part.score, { group: part.group, detector: `d${at}` }),
        );
        const scores = combineFindings(findings).map(({ category, score }) => [category, score]);
        expect(
          combineFindings([...findings].reverse()).map(({ category, score }) => [category, score]),
        ).toEqual(scores);
      }),
    );
  });
});

describe('deciding', () => {
  it.each([
    ['nsfw', 0.81, 'remove'],
    ['nsfw', 0.8, 'blur_and_warn'],
    ['nsfw', 0.5, 'approve'],
    ['violence', 0.71, 'remove'],
    ['violence', 0.41, 'blur_and_warn'],
    ['hate_symbol', 0.01, 'remove'],
    ['hate', 0.99, 'flag_for_review'],
  ] as const)('document-v1: %s at %d is %s', (category, score, decision) => {
    const result = decide(documentV1, input([found(category, score)]));
    expect(result.decision).toBe(decision);
    expect(result.confidence).toBeGreaterThan(0);
    expect(result.reason).toBe(decision === 'flag_for_review' ? 'requires_human_review' : 'auto_moderation');
  });

  it('lets the heavier decision win and keeps the effects of all', () => {
    const result = decide(
      documentV1,
      input([found('nsfw', 0.6), found('violence', 0.9), found('hate', 0.95)]),
    );
    expect(result.decision).toBe('remove');
    expect(result.measures).toMatchObject({ labels: ['nsfw', 'violence'], queue: 'hate', strike: 1 });
    expect(result.reasons.map(({ ruleId }) => ruleId)).toEqual([
      'violence-remove',
      'nsfw-blur',
      'hate-review',
    ]);
  });

  it('sends removals over the cap to people', () => {
    const result = decide(documentV1, input([found('nsfw', 0.9)], { removalAllowed: false }));
    expect(result).toMatchObject({ decision: 'flag_for_review', capped: true, automated: 'partial' });
  });

  it('never removes for hate, harassment or threats under a shipped policy, whatever the scores', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (hate, harassment, threat) => {
          const findings = [found('hate', hate), found('harassment', harassment), found('threat', threat)];
          for (const policy of [balancedV1, documentV1]) {
            expect(decide(policy, input(findings)).decision).not.toBe('remove');
          }
        },
      ),
    );
  });

  it('moves thresholds down where something failed and the policy degrades', () => {
    const missing = [
      { detector: 'x', version: '1', category: 'nsfw' as const, reason: 'unavailable' as const },
    ];
    const findings = [found('toxicity', 0.85)];
    expect(decide(balancedV1, input(findings)).decision).toBe('approve');
    const result = decide(balancedV1, input(findings, { missing }));
    expect(result).toMatchObject({ decision: 'flag_for_review', degraded: true });
    expect(result.reasons[0]!.threshold).toBeLessThanOrEqual(0.85);
  });

  it('asks labels until they expire, and says what a missing input counts as', () => {
    const policy = loadPolicy({
      id: 'labels',
      version: 1,
      conditions: [
        {
          name: 'watched',
          all: [
            { kind: 'label', label: 'watch' },
            { kind: 'fact', fact: 'inFastWindow', gte: 3, missing: true },
          ],
        },
      ],
      rules: [{ id: 'r', when: { condition: 'watched' }, do: { decision: 'flag_for_review' } }],
    });
    const at = (expiresAt: number | null) =>
      decide(policy, input([], { labels: [{ name: 'watch', expiresAt }] })).conditions.watched;
    expect([at(null), at(1_700_000_000_001), at(1_700_000_000_000)]).toEqual([true, true, false]);
  });
});

describe('backtest', () => {
  it('says what would change, how right it would be and what it costs people', () => {
    const day = 86_400_000;
    const cases = [
      { input: input([found('nsfw', 0.95)], { now: 0 }), offence: true },
      { input: input([found('nsfw', 0.85)], { now: day }), offence: true },
      { input: input([found('nsfw', 0.6)], { now: 2 * day }), offence: false },
      { input: input([found('nsfw', 0.1)], { now: 2 * day }), offence: false },
      { input: input([found('toxicity', 0.99)], { now: 2 * day }), offence: null },
    ];
    const result = backtest(documentV1, cases, { current: balancedV1 });
    expect(result).toMatchObject({ cases: 5, labelled: 4, changedTotal: 2 });
    expect(result.candidate).toMatchObject({
      precision: 2 / 3,
      recall: 1,
      falsePositiveRate: 0.5,
      reviewsPerDay: 0.5,
    });
    expect(result.changed.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      'flag_for_review > remove',
      'blur_and_warn > remove',
    ]);
  });
});
