import { createIds, systemClock } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import { createReaderSet, eachReader, pageBytes } from './active-readers.js';
import { hashId } from './hash-id.js';

const ids = createIds({ clock: systemClock, node: 5 });

describe('the set of active readers', () => {
  it('never misses a member, and hardly ever takes a stranger for one', () => {
    const members = Array.from({ length: 20_000 }, () => ids.next());
    const strangers = Array.from({ length: 20_000 }, () => ids.next());
    const set = createReaderSet();
    for (const id of [...members, ...members]) set.add(id);
    expect(set.size).toBeGreaterThan(19_990);
    expect(members.every((id) => set.has(hashId(id)))).toBe(true);
    expect(strangers.filter((id) => set.has(hashId(id))).length).toBeLessThan(5);
  });

  it('goes through pages of any ids', () => {
    for (const list of [[], ['7'], ['7', '12', ids.next()], Array.from({ length: 300 }, () => ids.next())]) {
      const text = list.join(',');
      const seen: [string, number][] = [];
      eachReader(pageBytes(text), (from, to, hash) => seen.push([text.slice(from, to), hash]));
      expect(seen).toEqual(list.map((id) => [id, hashId(id)]));
    }
  });
});
