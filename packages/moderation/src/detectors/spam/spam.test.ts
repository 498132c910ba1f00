import { describe, expect, it } from 'vitest';
import { plainView } from '../../normalise/plain-view.js';
import { domainOf, findLinkSigns } from './links.js';
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
