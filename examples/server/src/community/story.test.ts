import { describe, expect, it } from 'vitest';
import { PEOPLE } from './people.js';
import { STORY_MS } from './steps.js';
import { tellStory } from './story.js';

const story = tellStory();
const of = (what: string) => story.filter(({ action }) => action.do === what);

describe('the story of the demo community', () => {
  it('is the same every time for one seed and another for another', () => {
    expect(tellStory()).toEqual(story);
    expect(tellStory(2)).not.toEqual(story);
  });

  it('has people with handles of their own, a few widely read and a few private', () => {
    expect(new Set(PEOPLE.map(({ handle }) => handle)).size).toBe(60);
    for (const { handle, bio, name } of PEOPLE) {
      expect(handle).toMatch(/^[a-z0-9_]{3,30}$/);
      expect(bio.length).toBeLessThanOrEqual(500);
      expect(name.length).toBeLessThanOrEqual(64);
    }
    const followed = (handle: string) =>
      of('follow').filter(({ action }) => 'whom' in action && action.whom === handle).length;
    expect(followed('harbour_daily')).toBeGreaterThan(20);
    expect(PEOPLE.filter(({ isPrivate }) => isPrivate).length).toBeGreaterThan(3);
  });

  it('has something of everything, in believable numbers', () => {
    const count = Object.fromEntries(
      [
        'follow',
        'accept',
        'befriend',
        'acceptFriend',
        'post',
        'repost',
        'vote',
        'comment',
        'react',
        'bookmark',
      ].map((what) => [what, of(what).length]),
    );
    for (const [what, least] of Object.entries({
      follow: 280,
      accept: 10,
      befriend: 30,
      acceptFriend: 25,
      post: 100,
      repost: 20,
      vote: 30,
      comment: 90,
      react: 200,
      bookmark: 10,
    }))
      expect(count[what], what).toBeGreaterThanOrEqual(least);
    expect(story.length).toBeLessThan(1500);
    const posts = of('post').map(({ action }) => action);
    for (const part of ['image', 'link', 'poll', 'quoteOf'])
      expect(
        posts.some((post) => part in post),
        part,
      ).toBe(true);
    for (const audience of ['public', 'followers', 'friends'])
      expect(posts.some((post) => 'visibility' in post && post.visibility === audience)).toBe(true);
  });

  it('runs forward in time, ends within its weeks, and names nothing before it exists', () => {
    const known = new Set<string>();
    let last = 0;
    for (const { at, action } of story) {
      expect(at).toBeGreaterThanOrEqual(last);
      last = at;
      if (action.do === 'join') known.add(action.who);
      for (const field of ['who', 'whom', 'post', 'parent', 'comment', 'quoteOf'] as const) {
        const name = (action as Partial<Record<string, unknown>>)[field];
        if (name !== undefined) expect(known, `${action.do} ${field} ${String(name)}`).toContain(name);
      }
      if ('key' in action) known.add(action.key);
    }
    expect(last).toBeLessThan(STORY_MS);
  });
});
