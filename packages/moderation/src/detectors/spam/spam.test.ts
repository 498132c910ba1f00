import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainView } from '../../normalise/plain-view.js';
import { domainOf, findLinkSigns } from './links.js';
import { createMemoryPostHistory, type PostedText } from './post-history.js';
import { distanceOf, NEAR, type Simhash, simhashOf } from './simhash.js';

const hash = (text: string): Simhash => simhashOf(plainView(text))!;

describe('fingerprints', () => {
  const text = 'Buy cheap followers today and become famous on every network before the summer ends';
  it.each([
    ['other digits', `${text} 12`, `${text} 987654`],
    ['another link', `${text} http://a.example/x`, `${text} https://b.example/yyy`],
    ['invisible characters', text, [...text].join('\u200b')],
    ['look-alikes', text, text.replaceAll('o', 'о')],
    ['capitals', text, text.toUpperCase()],
  ])('stay near with %s', (_, one, other) => {
    expect(distanceOf(hash(one), hash(other))).toBeLessThanOrEqual(NEAR);
  });

  it('are far apart for different texts, and absent for short ones', () => {
    expect(
      distanceOf(hash(text), hash('The council meets on Tuesday to talk about the new school by the river')),
    ).toBeGreaterThan(NEAR);
    expect(simhashOf(plainView('hello'))).toBeNull();
  });
});

describe('post history', () => {
  it('counts what a naive scan counts, in random worlds', async () => {
    const world = fc.array(
      fc.record({
        authorId: fc.constantFrom('a', 'b', 'c'),
        gap: fc.integer({ min: 0, max: 40_000 }),
        low: fc.constantFrom(0, 1, 3, 0xffff),
      }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(world, async (steps) => {
        const history = createMemoryPostHistory({ capacity: 25, copiesMs: 300_000, slowMs: 120_000 });
        let kept: PostedText[] = [];
        let at = 0;
        for (const { authorId, gap, low } of steps) {
          at += gap;
          const posted = { authorId, at, simhash: { high: 7, low } };
          kept = kept.filter((one) => one.at >= at - 300_000).slice(-24);
          const near = kept.filter((one) => distanceOf(one.simhash!, posted.simhash) <= NEAR);
          const others = near.filter((one) => one.authorId !== authorId);
          const own = kept.filter((one) => one.authorId === authorId);
          expect(await history.record(posted)).toEqual({
            authorTexts: own.length,
            inFastWindow: own.filter((one) => one.at > at - 60_000).length + 1,
            inSlowWindow: own.filter((one) => one.at > at - 120_000).length + 1,
            ownCopies: near.length - others.length,
            othersCopies: others.length,
            otherAuthors: new Set(others.map((one) => one.authorId)).size,
          });
          kept = [...kept, posted];
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('links', () => {
  it('takes the registrable part of a host', () => {
    expect(['www.shop.example.com', 'a.b.co.uk', 'example.org'].map(domainOf)).toEqual([
      'example.com',
      'b.co.uk',
      'example.org',
    ]);
  });

  it('does not take files, numbers and ends of sentences for links', () => {
    for (const text of ['see report.pdf', 'version 1.2.3', 'I left.Then came', 'at 10.30 sharp']) {
      expect(findLinkSigns(text), text).toEqual([]);
    }
  });

  it('points at where they stand', () => {
    const text = 'first http://bit.ly/x then cool-shop.xyz';
    expect(findLinkSigns(text).map(({ span, domain }) => [text.slice(span.start, span.end), domain])).toEqual(
      [
        ['http://bit.ly', 'bit.ly'],
        ['cool-shop.xyz', 'cool-shop.xyz'],
      ],
    );
  });
});
