import { describe, expect, it } from 'vitest';
import { assignProfile } from './experiments.js';
import { createProfile, POST_PROFILES } from './profile.js';

describe('ranking profiles', () => {
  it('are refused with the fields named when they are not valid', () => {
    expect(() => createProfile({ version: 'Bad Name', sources: {} })).toThrow(/version/);
    expect(() => createProfile({ version: 'a', sources: { x: { weight: Number.NaN } } })).toThrow(/weight/);
    expect(() => createProfile({ version: 'a', sources: { x: { weight: 1, cap: 1001 } } })).toThrow(/cap/);
    expect(() => createProfile({ version: 'a', sources: {}, extra: 1 } as never)).toThrow(/extra/);
  });

  it('of the document weigh .3, .3, .25 and .15', () => {
    const weights = POST_PROFILES['document-v1'].sources;
    const sum = (...names: string[]) => names.reduce((all, name) => all + (weights[name]?.weight ?? 0), 0);
    expect(sum('coLikers', 'factors')).toBeCloseTo(0.3);
    expect(sum('interests')).toBeCloseTo(0.3);
    expect(sum('following', 'socialProof')).toBeCloseTo(0.25);
    expect(sum('trending')).toBeCloseTo(0.15);
  });

  it('are given to about their share of users, and to the same users again', () => {
    const fallback = POST_PROFILES['balanced-v1'];
    const experiments = [
      { profile: createProfile({ ...fallback, version: 'trial-a' }), share: 100 },
      { profile: createProfile({ ...fallback, version: 'trial-b' }), share: 200 },
    ];
    const given = Array.from(
      { length: 10_000 },
      (_, n) => assignProfile('posts', String(n + 1), experiments, fallback).version,
    );
    const count = (version: string) => given.filter((one) => one === version).length;
    expect(Math.abs(count('trial-a') - 1000)).toBeLessThan(150);
    expect(Math.abs(count('trial-b') - 2000)).toBeLessThan(200);
    expect(assignProfile('posts', '5', [...experiments].reverse(), fallback).version).toBe(given[4]);
    // Another kind draws its own buckets.
    const others = given.filter(
      (version, n) => assignProfile('people', String(n + 1), experiments, fallback).version !== version,
    );
    expect(others.length).toBeGreaterThan(1000);
  });
});
