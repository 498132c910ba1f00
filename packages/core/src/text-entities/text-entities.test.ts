import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalHashtag,
  findHashtags,
  findLinks,
  findMentions,
  handlesOf,
  readText,
  safeUrl,
  type TextEntity,
  withMentions,
} from './index.js';

const tags = (text: string) => findHashtags(text).map(({ tag }) => tag);
const handles = (text: string) => findMentions(text).map(({ handle }) => handle);
const urls = (text: string) => findLinks(text).map(({ url }) => url);
const accounts = new Map([
  ['ann', { id: '11', handle: 'ann' }],
  ['Bob', { id: '12', handle: 'bob' }],
]);

describe('hashtags', () => {
  it.each([
    ['#hello world', ['hello']],
    ['a #Straße, #日本語。#Ünïcode_2', ['straße', '日本語', 'ünïcode_2']],
    ['(#a) "#b" [#c]', ['a', 'b', 'c']],
    ['＃全角 #ｆｕｌｌ', ['全角', 'full']],
    ['#می‌خواهم', ['می‌خواهم']],
    ['#end·', ['end']],
    ['#अनुच्छेद', ['अनुच्छेद']],
  ])('finds those of %s', (text, expected) => expect(tags(text)).toEqual(expected));

  it.each(['#1', 'a#b', '&#x27;', '##a', '#', '# a', '/#a', `#${'a'.repeat(101)}`, '#_'])(
    'finds none in %s',
    (text) => expect(tags(text)).toEqual([]),
  );

  it('has one canonical form, and that form is its own', () => {
    expect(canonicalHashtag('#ＳocialKit')).toBe('socialkit');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (raw) => {
        const tag = canonicalHashtag(raw).replace(/^#/, '');
        expect(canonicalHashtag(tag)).toBe(tag);
      }),
    );
  });
});

describe('mentions', () => {
  it.each([
    ['@ann hi @Bob!', ['ann', 'Bob']],
    ['(@ann), @bob.', ['ann', 'bob']],
    ['＠ann', ['ann']],
  ])('finds those of %s', (text, expected) => expect(handles(text)).toEqual(expected));

  it.each(['ann@example.com', '@ann@example.social', '@', '@@ann', 'x.com/@ann', `@${'a'.repeat(65)}`])(
    'finds none in %s',
    (text) => expect(handles(text)).toEqual([]),
  );
});

describe('links', () => {
  it.each([
    ['see https://example.com/a_(b)?x=1.', ['https://example.com/a_(b)?x=1']],
    ['github.com/socialkit and EXAMPLE.org', ['https://github.com/socialkit', 'https://example.org/']],
    ['http://пример.рф/ю', ['http://xn--e1afmkfd.xn--p1ai/%D1%8E']],
    ['mailto:a@b.com', ['mailto:a@b.com']],
  ])('finds those of %s', (text, expected) => expect(urls(text)).toEqual(expected));

  it.each([
    'javascript:alert(1)',
    'ftp://a.com',
    '//a.com',
    'the end.So it goes',
    '1.2.3.4',
    'data:text/html,x',
    'a@b.com',
  ])('finds none in %s', (text) => expect(urls(text)).toEqual([]));

  it('takes no URL that hides its host behind a user name, and no other scheme', () => {
    expect(safeUrl('https://example.com@evil.example/')).toBeNull();
    expect(safeUrl('javascript:alert(1)')).toBeNull();
    expect(safeUrl('file:///etc/passwd')).toBeNull();
    expect(safeUrl(`https://a.com/${'x'.repeat(2048)}`)).toBeNull();
    expect(safeUrl('HTTPS://Example.com')).toBe('https://example.com/');
  });

  it('stays fast on hostile text', () => {
    const hostile = ['http://', 'a.', '@a', '#a', 'mailto:', '([', '.com', 'https://a-.', '@', '#'];
    // Forty times the longest post: work that grew with the square of the length would outlive the test.
    for (const part of hostile) {
      const text = part.repeat(Math.floor(200_000 / part.length));
      expect([findLinks(text), findMentions(text), findHashtags(text)].every(Array.isArray)).toBe(true);
    }
  });
});

describe('reading a text', () => {
  const slices = (text: string, entities: readonly TextEntity[]) =>
    entities.map((entity) => [entity.type, text.slice(entity.start, entity.end)]);

  it('marks hashtags, links and the mentions that belong to somebody, by offset over the raw text', () => {
    const text = '👋 @ann and @Bob and @nobody: #news at https://a.com/#x';
    const reading = readText(text);
    expect(handlesOf(reading)).toEqual(['ann', 'Bob', 'nobody']);
    expect(slices(text, withMentions(reading, accounts))).toEqual([
      ['mention', '@ann'],
      ['mention', '@Bob'],
      ['hashtag', '#news'],
      ['link', 'https://a.com/#x'],
    ]);
  });

  it('recognises nothing inside code and inside links of the author', () => {
    const text = 'x @ann #a y.com';
    expect(readText(text, [{ type: 'code', start: 0, end: text.length }])).toEqual({
      entities: [{ type: 'code', start: 0, end: text.length }],
      mentions: [],
    });
    const link = { type: 'link', start: 0, end: text.length, url: 'https://b.com/' } as const;
    expect(readText(text, [link]).entities).toEqual([link]);
    expect(readText(text).mentions).toHaveLength(1);
  });

  it('joins ranges of one style and lets different styles overlap', () => {
    const entities = readText('abcdefgh', [
      { type: 'bold', start: 4, end: 6 },
      { type: 'bold', start: 0, end: 2 },
      { type: 'italic', start: 1, end: 5 },
      { type: 'bold', start: 2, end: 3 },
    ]).entities;
    expect(entities).toEqual([
      { type: 'bold', start: 0, end: 3 },
      { type: 'italic', start: 1, end: 5 },
      { type: 'bold', start: 4, end: 6 },
    ]);
  });

  it('refuses ranges that do not fit the text', () => {
    const refused = (text: string, ...ranges: [number, number][]) =>
      expect(() =>
        readText(
          text,
          ranges.map(([start, end]) => ({ type: 'bold', start, end })),
        ),
      ).toThrow(expect.objectContaining({ code: 'text.invalid_formatting', category: 'validation' }));
    refused('abc', [0, 4]);
    refused('abc', [2, 2]);
    refused('a👋b', [2, 4]);
    refused('a👋b', [0, 2]);
    expect(readText('a👋b', [{ type: 'bold', start: 1, end: 3 }]).entities).toHaveLength(1);
  });

  it('refuses too many hashtags and mentions, however often one is repeated', () => {
    const many = (sign: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${sign}name${i}`).join(' ');
    expect(() => readText(many('#', 31))).toThrow(
      expect.objectContaining({ code: 'text.too_many_hashtags' }),
    );
    expect(() => readText(many('@', 21))).toThrow(
      expect.objectContaining({ code: 'text.too_many_mentions' }),
    );
    expect(readText(many('#', 30)).entities).toHaveLength(30);
    expect(readText('@ann '.repeat(100)).mentions).toHaveLength(100);
  });

  it('gives every entity a range inside the text, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('#a', '@ann', 'x.com', ' ', '👋', 'é', '#', '@', '\n', '.')),
        (parts) => {
          const text = parts.join('');
          const entities = withMentions(readText(text), accounts);
          let last = 0;
          for (const entity of entities) {
            expect(entity.start).toBeGreaterThanOrEqual(last);
            expect(entity.end).toBeGreaterThan(entity.start);
            expect(entity.end).toBeLessThanOrEqual(text.length);
            last = entity.end;
          }
        },
      ),
    );
  });
});
