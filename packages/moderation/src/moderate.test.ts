import { createFakeClock } from '@socialkit/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedV1, createTextModeration, createWordLists, type Detector, loadPolicy } from './index.js';
import { seededRandom } from './training/random.js';

const PARTS =
  'you are all so a nice day fuck shit bitch stupid hate love women gay people die kill http://bit.ly/x free win ｂｉｔｃｈ f*ck s h i t 😂 & é , . !'.split(
    ' ',
  );
const random = seededRandom(20);
const randomText = (): string =>
  Array.from(
    { length: 1 + Math.floor(random() * 12) },
    () => PARTS[Math.floor(random() * PARTS.length)],
  ).join(' ');

const strict = loadPolicy({
  id: 'strict',
  version: 1,
  rules: [
    { id: 'tox', when: { category: 'toxicity', gte: 0.4 }, do: { decision: 'flag_for_review', queue: 'q' } },
    {
      id: 'prof',
      when: { category: 'profanity', gt: 0 },
      do: { decision: 'blur_and_warn', labels: ['words'] },
    },
    { id: 'neg', when: { category: 'sentiment.negative', gte: 0.5 }, do: { decision: 'blur_and_warn' } },
    { id: 'spam', when: { category: 'spam', gte: 0.1 }, do: { decision: 'remove' } },
  ],
});

describe('text moderation', () => {
  it('gives the same result for the same input, ten thousand times of ten thousand', async () => {
    const clock = createFakeClock();
    const one = createTextModeration({ clock });
    const other = createTextModeration({ clock });
    let same = 0;
    for (let at = 0; at < 10_000; at += 1) {
      const input = { surface: 'post' as const, id: `p${at}`, texts: { text: randomText() } };
      const first = JSON.stringify(await one.moderate(input));
      if (first === JSON.stringify(await other.moderate(input))) same += 1;
    }
    expect(same).toBe(10_000);
  });

  it('gives every decision but approve reasons whose ranges lie in the original', async () => {
    const moderation = createTextModeration({ clock: createFakeClock() }, { policy: strict });
    let restricted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: 'grapheme', maxLength: 5 })), {
          maxLength: 20,
        }),
        async (parts) => {
          const text = parts.join(' ');
          const result = await moderation.moderate({
            surface: 'post',
            id: 'p',
            texts: { text, title: 'a title' },
          });
          if (result.decision === 'approve') return;
          restricted += 1;
          expect(result.reasons.length).toBeGreaterThan(0);
          for (const reason of result.reasons) {
            expect(reason).toMatchObject({ ruleId: expect.any(String), category: expect.any(String) });
            expect(reason.score).toBeGreaterThanOrEqual(reason.threshold!);
            expect(reason.detector).not.toBe('');
            expect(reason.version).not.toBe('');
            expect(reason.spans.length).toBeGreaterThan(0);
            for (const { field, start, end } of reason.spans) {
              const whole = field === 'text' ? text : 'a title';
              expect(start).toBeGreaterThanOrEqual(0);
              expect(end).toBeGreaterThan(start);
              expect(end).toBeLessThanOrEqual(whole.length);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(restricted).toBeGreaterThan(100);
  });

  it('changes nothing by a shadow policy, and tells what it would have done', async () => {
    const clock = createFakeClock();
    const live = createTextModeration({ clock });
    const told: [string, string][] = [];
    const shadowed = createTextModeration(
      { clock },
      {
        shadows: [loadPolicy({ ...structuredClone(strict), id: 'next', shadowOf: 'balanced-v1' })],
        onShadow: (result, shadow) => told.push([result.decision, shadow.decision]),
      },
    );
    for (let at = 0; at < 300; at += 1) {
      const input = { surface: 'post' as const, id: `p${at}`, texts: { text: randomText() } };
      expect(await shadowed.moderate(input)).toEqual(await live.moderate(input));
    }
    expect(told).toHaveLength(300);
    expect(told.some(([was, would]) => was !== would)).toBe(true);
  });

  it('calls what failed missing, never zero, and holds it where the policy says closed', async () => {
    const broken: Detector = {
      id: 'broken',
      version: '1',
      categories: ['nsfw'],
      detect: () => {
        throw new Error('down');
      },
    };
    const clock = createFakeClock();
    const input = { surface: 'post' as const, id: 'p', texts: { text: 'good morning' } };
    const open = await createTextModeration({ clock }, { detectors: [broken] }).moderate(input);
    expect(open).toMatchObject({ decision: 'approve', degraded: true });
    expect(open.scores).not.toHaveProperty('nsfw');
    expect(open.missing).toContainEqual({
      detector: 'broken',
      version: '1',
      category: 'nsfw',
      reason: 'unavailable',
    });
    const closed = loadPolicy({
      ...structuredClone(balancedV1),
      id: 'closed',
      failPolicy: [{ category: 'nsfw', mode: 'closed' }],
    });
    const held = await createTextModeration({ clock }, { detectors: [broken], policy: closed }).moderate(
      input,
    );
    expect(held).toMatchObject({ decision: 'flag_for_review', automated: 'partial' });
    expect(held.reasons.map(({ ruleId }) => ruleId)).toEqual(['fail_policy']);
  });

  it('lets a decisive word of the host flag alone, from the moment its list is replaced', async () => {
    const lists = createWordLists();
    const moderation = createTextModeration({ clock: createFakeClock() }, { lists });
    const input = { surface: 'post' as const, id: 'p', texts: { text: 'buy zorbals here' } };
    const before = await moderation.moderate(input);
    const entry = { term: 'zorbal', category: 'profanity' as const, severity: 3 as const, decisive: true };
    lists.replace({ id: 'own', version: '1', entries: [entry] });
    const after = await moderation.moderate(input);
    expect([before.decision, after.decision]).toEqual(['approve', 'flag_for_review']);
    expect(after.reasons[0]!.spans).toEqual([{ field: 'text', start: 4, end: 10 }]);
    expect(after.reasons[0]!.version).not.toBe(before.findings[0]!.version);
    lists.replace({ id: 'own', version: '2', entries: [{ ...entry, exceptions: ['zorbals here'] }] });
    expect((await moderation.moderate(input)).decision).toBe('approve');
    expect(lists.remove('own')).toBe(true);
  });

  it('refuses what cannot be judged', async () => {
    const moderation = createTextModeration({ clock: createFakeClock() });
    for (const texts of [{ text: 'a\0b' }, { text: '\ud800' }, { '1': 'x' }, { text: 'x'.repeat(100_001) }]) {
      await expect(moderation.moderate({ surface: 'post', id: 'p', texts })).rejects.toMatchObject({
        code: 'subject.invalid',
      });
    }
  });

  it('says nothing about a subject without texts', async () => {
    const result = await createTextModeration({ clock: createFakeClock() }).moderate({
      surface: 'media',
      id: 'm',
      texts: {},
    });
    expect(result.decision).toBe('approve');
    expect(result.scores).not.toHaveProperty('toxicity');
    expect(
      result.missing.some(({ category, reason }) => category === 'toxicity' && reason === 'not_applicable'),
    ).toBe(true);
  });
});
