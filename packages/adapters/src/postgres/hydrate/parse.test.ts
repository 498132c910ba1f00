import { describe, expect, it } from 'vitest';
import { type AuthorFragment, createFragmentCache, type HeldPost } from './fragment-cache.js';
import { type Asked, addWarmAnswer, emptyReading } from './parse.js';
import { AS_ASKED } from './sql.js';
import type { HydrateRow } from './statements.js';

const author = (id: string, revision: number): AuthorFragment => ({
  id,
  revision,
  state: 'active',
  isPrivate: false,
  discoverable: true,
  json: `{"id":"${id}"}`,
});

const lineOf = (id: string, comments: number, revision = 1, reactions = 0) =>
  `${id}\t${revision}\t${reactions}\t${comments}\t0\t0\t0\t${reactions > 0 ? `{"like": ${reactions}}` : ''}`;

const held = (id: string, by: AuthorFragment): HeldPost => ({
  fragment: {
    id,
    revision: 1,
    authorId: by.id,
    status: 'published',
    visibility: 'public',
    type: 'text',
    commentPolicy: 'everyone',
    expiresAt: null,
    repostOfId: null,
    quoteOfId: null,
    demoted: false,
    body: `"id":"${id}"`,
  },
  author: by,
  tally: { line: lineOf(id, 1), counts: '{}', hasReactions: false, hasBookmarks: false, hasReposts: false },
  head: null,
});

/** A question about posts 1, 12 and 123 (each begins the next), of authors 7, 8 and 7. */
function question() {
  const cache = createFragmentCache(1_000_000);
  const [first, second] = [author('7', 1), author('8', 1)];
  const posts = [held('1', first), held('12', second), held('123', first)];
  for (const post of posts) cache.keepPost(post);
  const asked: Asked = {
    query: {
      viewer: '5',
      now: 0,
      months: [],
      ids: ['1', '12', '123'],
      authors: [first, second],
      follows: ['7', '8'],
      reacted: [],
      bookmarked: [],
      reposted: [],
      friends: [],
      followedBy: [],
      mentioned: [],
      polls: [],
      page: null,
    },
    posts,
    tallies: posts.map(({ tally }) => tally),
    authors: new Map([first, second].map((one) => [one.id, one])),
  };
  const reading = emptyReading();
  const add = (row: Partial<HydrateRow>) =>
    addWarmAnswer(
      reading,
      { posts: posts.map(({ tally }) => tally.line).join('\n'), authors: AS_ASKED, ...row },
      asked,
      cache,
    );
  const shown = () =>
    posts.map(({ fragment: { id } }) => reading.posts.get(id)?.tally.counts.match(/"comments":(\d+)/)?.[1]);
  return { posts, reading, cache, add, shown };
}

describe('answers about held posts', () => {
  it('takes lines in any order, with others between them, and notices which are missing', () => {
    const orders = [
      [lineOf('1', 2), lineOf('12', 2), lineOf('123', 2)],
      [lineOf('123', 2), lineOf('12', 2), lineOf('1', 2)],
      [lineOf('1', 2), lineOf('11', 9), lineOf('123', 2), lineOf('12', 2)],
      [lineOf('1', 1), lineOf('11', 9), lineOf('12', 1), lineOf('123', 1)],
    ];
    for (const lines of orders) {
      const { add, reading } = question();
      expect(add({ posts: lines.join('\n') })).toBe('current');
      expect([...reading.posts.keys()]).toEqual(['1', '12', '123']);
    }
    const { add, shown, reading } = question();
    expect(add({ posts: [lineOf('1', 10), lineOf('123', 3)].join('\n') })).toBe('current');
    expect(shown()).toEqual(['10', undefined, '3']);
    expect(reading.posts.has('12')).toBe(false);
  });

  it('does not take a longer line for a known one', () => {
    const { add, shown } = question();
    const known = lineOf('12', 1);
    expect(add({ posts: [lineOf('1', 1), `${known}{"like": 2}`, lineOf('123', 4)].join('\n') })).toBe(
      'current',
    );
    expect(shown()).toEqual([undefined, '1', '4']);
    expect(question().add({ posts: null })).toBe('current');
  });

  it('asks again where reactions are new, and reads again where a revision is', () => {
    expect(question().add({ posts: lineOf('12', 1, 1, 3) })).toBe('unasked');
    expect(question().add({ posts: lineOf('12', 1, 2) })).toBe('stale');
  });

  it('takes the authors of the question, or those of the answer', () => {
    const changed = question();
    // Somebody else's answer came in between: it is older or newer, the database said which.
    for (const post of changed.posts) post.author = author(post.author.id, 9);
    expect(changed.add({})).toBe('current');
    expect(changed.posts.map((post) => post.author.revision)).toEqual([1, 1, 1]);

    expect(question().add({ authors: '7,8\t1,2' })).toBe('stale');
    expect(question().add({ authors: '8\t1' })).toBe('stale');
    expect(question().add({ authors: null })).toBe('stale');
    const known = question();
    known.cache.keepAuthor(author('8', 2));
    expect(known.add({ authors: '8,7\t2,1' })).toBe('current');
    expect(known.posts.map((post) => post.author.revision)).toEqual([1, 2, 1]);
  });

  it('knows who is followed: everybody asked about, or those named', () => {
    const all = question();
    all.add({ follows: AS_ASKED });
    expect([...all.reading.follows]).toEqual([
      ['7', false],
      ['8', false],
    ]);
    const some = question();
    some.add({ follows: '-8' });
    expect([...some.reading.follows]).toEqual([['8', true]]);
    const none = question();
    none.add({ follows: null });
    expect(none.reading.follows.size).toBe(0);
  });
});
