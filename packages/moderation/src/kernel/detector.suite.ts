import { beforeEach, describe, expect, it } from 'vitest';
import { createWordLists } from '../detectors/lists/list-detector.js';
import type { Detector, DetectorInput } from './detector.js';
import { readSubject } from './reading.js';
import type { SpamFacts } from './spam-facts.js';
import { type ModerationSubjectInput, subjectSchema } from './subject.js';

const TEXTS: readonly string[] = [
  '',
  ' ',
  'a walk by the river',
  'you are such a stupid b i t c h, kill yourself',
  'ｆｕｌｌ\u200b width \u202ehctib\u202c &#98;itch 🔥🔥',
  'buy followers at http://bit.ly/x or example dot com, only $9!!!',
  '\ud83d\ude00'.repeat(400),
  'x'.repeat(20_000),
];
const FACTS: SpamFacts = {
  accountAgeMs: 1_000,
  authorTexts: 0,
  inFastWindow: 9,
  inSlowWindow: 50,
  ownCopies: 3,
  othersCopies: 8,
  otherAuthors: 4,
  reportRatio: 0.4,
};

/** The contract of {@link Detector}: pure, calibrated range, known categories, evidence in the original, missing is not zero. */
export function detectorSuite(name: string, open: () => Detector | Promise<Detector>): void {
  describe(`Detector: ${name}`, () => {
    let detector: Detector;
    beforeEach(async () => {
      detector = await open();
    });

    const index = createWordLists().index;
    const inputOf = (
      more: Partial<ModerationSubjectInput>,
      facts: SpamFacts | null = null,
    ): DetectorInput => {
      const subject = subjectSchema.parse({ surface: 'post', id: 's', texts: {}, ...more });
      return { subject, readings: readSubject(subject, index), media: [], facts };
    };
    const inputs = (): DetectorInput[] =>
      TEXTS.flatMap((text) =>
        [null, FACTS].map((facts) => inputOf({ texts: { text, title: 'a title' } }, facts)),
      );

    it('names itself and what it may score', () => {
      expect(detector.id).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
      expect(detector.version).not.toBe('');
      expect(new Set(detector.categories).size).toBe(detector.categories.length);
    });

    it('gives scores from 0 to 1 of its categories only', async () => {
      for (const input of inputs()) {
        for (const { category, score } of (await detector.detect(input)).findings) {
          expect(detector.categories).toContain(category);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }
    });

    it('says the same of the same input', async () => {
      for (const input of inputs())
        expect(await detector.detect(input)).toEqual(await detector.detect(input));
    });

    it('points into the original texts', async () => {
      for (const input of inputs()) {
        for (const { evidence } of (await detector.detect(input)).findings) {
          for (const one of evidence) {
            if (one.kind !== 'span') continue;
            const length = input.subject.texts[one.field]?.length ?? -1;
            for (const { start, end } of one.spans) {
              expect(start).toBeGreaterThanOrEqual(0);
              expect(end).toBeGreaterThanOrEqual(start);
              expect(end).toBeLessThanOrEqual(length);
            }
          }
        }
      }
    });

    it('never gives a live score and a missing one for the same category', async () => {
      for (const input of [...inputs(), inputOf({})]) {
        const { findings, missing } = await detector.detect(input);
        const scored = findings
          .filter(({ shadow }) => !shadow)
          .map((one) => `${one.detector} ${one.category}`);
        for (const one of missing) expect(scored).not.toContain(`${one.detector} ${one.category}`);
      }
    });
  });
}
