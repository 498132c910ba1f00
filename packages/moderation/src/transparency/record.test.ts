import { GROUNDS_SOURCES, type Measure, RESTRICTION_KINDS, SUBJECT_KINDS } from '@socialkit/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_CATEGORIES, recordOf, recordSchema, TERRITORIES } from './record.js';
import { hasPersonalData, withoutPersonalData } from './redaction.js';

const SEED = Number(process.env.SOCIALKIT_SEED ?? Date.now() % 2 ** 31);
const settings = { territories: TERRITORIES, categories: {} };

/** Words that may point at people among words that do not. */
const word = fc.oneof(
  fc.constantFrom('tea', 'a photograph', 'on 2026-01-02', 'Article 130', 'three times', 'żółw 🐢'),
  fc.constantFrom('ann@example.org', '@ann', 'https://a.example/x?y=1', '+49 (170) 123 45 67', '10.0.0.1'),
  fc.integer({ min: 10_000_000, max: 2_000_000_000 }).map(String),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
);
const text = fc.array(word, { minLength: 1, maxLength: 400 }).map((words) => words.join(' '));
const at = fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2040, 0) });

const measure: fc.Arbitrary<Measure> = fc
  .record({
    kind: fc.constantFrom(...RESTRICTION_KINDS),
    subjectKind: fc.constantFrom(...SUBJECT_KINDS),
    source: fc.constantFrom(...GROUNDS_SOURCES),
    category: fc.constantFrom('other', 'toString', ...Object.keys(RECORD_CATEGORIES)),
    ground: fc.constantFrom('illegal' as const, 'incompatible' as const),
    decision: fc.constantFrom('none' as const, 'partial' as const, 'full' as const),
    facts: text,
    groundText: text,
    explanation: text,
    language: fc.constantFrom(null, 'de', 'pt-BR', 'zh-Hant', 'gsw'),
    at,
    lasts: fc.option(fc.integer({ min: 1, max: 400 * 86_400_000 })),
  })
  .map((given) => ({
    id: '3441778753536004096',
    decisionId: '3441778753536004096',
    subject: { kind: given.subjectKind, id: '3441778753536004097' },
    authorId: '3441778753536004098',
    revision: 1,
    kind: given.kind,
    label: 'nsfw',
    until: given.lasts === null ? null : given.at + given.lasts,
    caseId: null,
    grounds: {
      source: given.source,
      category: given.category,
      facts: given.facts,
      ground: given.ground,
      groundText: given.groundText,
      explanation: given.explanation,
      automatedDetection: given.decision !== 'none',
      automatedDecision: given.decision,
    },
    actorId: '3441778753536004099',
    at: given.at,
    contentAt: given.at - 1000,
    language: given.language,
    endedAt: null,
    end: null,
  }));

describe('records of the transparency database', () => {
  it('keep every rule of their fields, whatever a moderator wrote', () => {
    process.stdout.write(`records: SOCIALKIT_SEED=${SEED}\n`);
    fc.assert(
      fc.property(measure, (one) => {
        const record = recordOf(one, settings);
        expect(recordSchema.safeParse(record).success).toBe(true);
        const said = JSON.stringify(record);
        for (const id of [one.authorId, one.actorId, one.subject.id]) expect(said).not.toContain(id);
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('are refused for each broken rule', () => {
    const [base] = fc.sample(measure, { numRuns: 1, seed: 7 });
    if (!base) throw new Error('no sample');
    const clean = { ...base.grounds, facts: 'tea', groundText: 'the terms', explanation: 'spam' };
    const record = recordOf({ ...base, kind: 'remove', grounds: { ...clean, ground: 'illegal' } }, settings);
    expect(recordSchema.safeParse(record).success).toBe(true);
    const { decision_visibility: _visibility, ...undecided } = record;
    const broken: Readonly<Record<string, object>> = {
      'no decision': undecided,
      'no explanation': { ...record, illegal_content_explanation: undefined },
      'another kind of ground': { ...record, incompatible_content_ground: 'the terms' },
      'facts too long': { ...record, decision_facts: 'x'.repeat(5001) },
      'ground too long': { ...record, illegal_content_legal_ground: 'x'.repeat(501) },
      'explanation too long': { ...record, illegal_content_explanation: 'x'.repeat(2001) },
      'a mail address': { ...record, decision_facts: 'wrote to ann@example.org' },
      'an end before the beginning': { ...record, end_date_visibility_restriction: '2000-01-01' },
      'an end of what was not decided': { ...record, end_date_account_restriction: '2050-01-01' },
      'a country outside': { ...record, territorial_scope: ['US'] },
      nowhere: { ...record, territorial_scope: [] },
      'a language by name': { ...record, content_language: 'German' },
      'a key of spaces': { ...record, puid: 'a b' },
      'a day before there were any': { ...record, content_date: '1999-12-31' },
      'the category twice': { ...record, category_addition: [record.category] },
      'other content without a name': {
        ...record,
        content_type: ['CONTENT_TYPE_OTHER'],
        content_type_other: undefined,
      },
      'a field there is not': { ...record, author: 'ann' },
    };
    for (const [what, given] of Object.entries(broken))
      expect(recordSchema.safeParse(given).success, what).toBe(false);
  });

  it('leave out what points at people, and nothing else', () => {
    for (const harmless of ['on 2 January', 'Article 17(3)(b)', 'version 1.2.3', 'at 12:30', '100 % of it'])
      expect(withoutPersonalData(harmless)).toBe(harmless);
    for (const telling of [
      'a.b+c@mail.example.org',
      '@ann_b',
      'www.ann.example',
      '0170 1234567',
      '192.168.0.1',
    ])
      expect(hasPersonalData(`it names ${telling} here`), telling).toBe(true);
  });
});
