import { describe, expect, test } from 'vitest';
import type { SocialError } from '../kernel/errors.js';
import { createFakeClock } from '../kernel/runtime.js';
import { createSampler, isSampled } from './sampler.js';
import { hideSmallCells } from './small-cells.js';
import { growthOf, medianOf, ratesOf, sevenDayMean, shrunkMeanOf } from './statistics.js';
import { createLocalClock } from './zones.js';

const HOUR_MS = 3_600_000;

describe('local days and hours', () => {
  const spans = (zone: string, until: number, count: number) =>
    createLocalClock(zone)
      .daysUntil(until, count)
      .map(({ date, from, to }) => [date, (to - from) / HOUR_MS]);

  test('a day has 23 hours where clocks go forward and 25 where they go back', () => {
    expect(spans('Europe/Berlin', Date.UTC(2026, 2, 30, 12), 3)).toEqual([
      ['2026-03-28', 24],
      ['2026-03-29', 23],
      ['2026-03-30', 24],
    ]);
    expect(spans('Europe/Berlin', Date.UTC(2026, 9, 25, 12), 2)).toEqual([
      ['2026-10-24', 24],
      ['2026-10-25', 25],
    ]);
  });

  test('days of zones off by a half or a quarter begin between the hours of UTC', () => {
    for (const [zone, minute] of [
      ['Asia/Kolkata', 30],
      ['Asia/Kathmandu', 15],
      ['Australia/Adelaide', 30],
      ['America/St_Johns', 30],
      ['Pacific/Chatham', 15],
    ] as const) {
      const [day] = createLocalClock(zone).daysUntil(Date.UTC(2026, 0, 10, 12), 1);
      expect(new Date(day?.from ?? 0).getUTCMinutes(), zone).toBe(minute);
    }
    const wall = createLocalClock('Asia/Kolkata');
    const at = Date.UTC(2026, 0, 5, 18, 30);
    expect([wall.dateAt(at), wall.hourAt(at), wall.weekdayAt(at)]).toEqual(['2026-01-06', 0, 1]);
    expect([wall.dateAt(at - 1), wall.hourAt(at - 1), wall.weekdayAt(at - 1)]).toEqual(['2026-01-05', 23, 0]);
  });

  test('a clock that changes by half an hour, and a midnight that is skipped', () => {
    expect(spans('Australia/Lord_Howe', Date.UTC(2026, 3, 5, 12), 1)).toEqual([['2026-04-05', 24.5]]);
    const days = createLocalClock('Africa/Cairo').daysUntil(Date.UTC(2026, 3, 25, 12), 3);
    expect(days.map(({ from, to }) => (to - from) / HOUR_MS).sort()).toEqual([23, 24, 24]);
    for (const [at, day] of days.entries()) expect(day.from).toBe(days[at - 1]?.to ?? day.from);
  });

  test('every quarter of a year falls in the day and hour that the runtime says', () => {
    const zone = 'America/New_York';
    const wall = createLocalClock(zone);
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    for (let at = Date.UTC(2026, 2, 6); at < Date.UTC(2026, 2, 10); at += 900_000)
      expect(`${wall.dateAt(at)}, ${String(wall.hourAt(at)).padStart(2, '0')}`).toBe(format.format(at));
  });

  test('an unknown zone is bad input', () => {
    for (const zone of ['Mars/Olympus', '', 'DROP TABLE'])
      expect(() => createLocalClock(zone)).toThrow(
        expect.objectContaining({ code: 'input.invalid' }) as SocialError,
      );
  });
});

describe('small cells', () => {
  test('cells under 10 are hidden, and the smallest of the others with them', () => {
    const said = hideSmallCells({ berlin: 40, paris: 25, oslo: 12, rome: 3, '': 20 });
    expect(said).toEqual({
      n: 80,
      cells: [
        { name: 'berlin', count: 40 },
        { name: 'paris', count: 25 },
      ],
      other: true,
    });
  });

  test('nothing is hidden when nothing is small', () => {
    expect(hideSmallCells({ a: 10, b: 11 })).toEqual({
      n: 21,
      cells: [
        { name: 'b', count: 11 },
        { name: 'a', count: 10 },
      ],
      other: false,
    });
  });

  test('an empty band looks like a small one, and few people in all are not counted', () => {
    expect(hideSmallCells({ young: 4 }, ['young', 'old'])).toEqual({
      n: null,
      cells: [
        { name: 'young', count: null },
        { name: 'old', count: null },
      ],
      other: false,
    });
  });

  test('what is told never gives a hidden cell away by subtraction', () => {
    for (let seed = 1; seed < 500; seed += 1) {
      const counts = Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e'].map((name, at) => [name, (seed * (at + 3) * 7919) % 31]),
      );
      const { n, cells } = hideSmallCells(counts);
      const hidden = Object.keys(counts).filter(
        (name) => counts[name] !== 0 && !cells.some((cell) => cell.name === name),
      );
      expect(cells.every(({ count }) => count === null || count >= 10)).toBe(true);
      // One hidden cell alone would be the difference to the whole.
      if (n !== null) expect(hidden.length, JSON.stringify(counts)).not.toBe(1);
    }
  });
});

describe('numbers that have no value', () => {
  test('are null, never 0 and never NaN', () => {
    expect(ratesOf([{ numerator: 3, denominator: 0 }])).toEqual({
      pooled: null,
      meanOfPosts: null,
      median: null,
      n: 0,
    });
    expect([medianOf([]), growthOf(0, 9), medianOf([3, 1, 2]), medianOf([4, 1])]).toEqual([
      null,
      null,
      2,
      2.5,
    ]);
    expect(growthOf(8, 10)).toBe(0.25);
    expect(sevenDayMean([7, 0, 0, 0, 0, 0, 0, 14])).toEqual([7, 3.5, 7 / 3, 7 / 4, 7 / 5, 7 / 6, 1, 2]);
  });

  test('pooled, mean of posts and median differ, and are told apart', () => {
    const posts = [
      { numerator: 1, denominator: 10 },
      { numerator: 90, denominator: 100 },
      { numerator: 0, denominator: 10 },
    ];
    expect(ratesOf(posts)).toEqual({
      pooled: 91 / 120,
      meanOfPosts: expect.closeTo(1 / 3, 10),
      median: 0.1,
      n: 3,
    });
  });

  test('few posts are pulled towards the mean of all', () => {
    expect(shrunkMeanOf([30], 10, 5)).toMatchObject({ n: 1, mean: 30, shrunk: (30 + 100) / 11 });
    expect(shrunkMeanOf([], 10, 5)).toMatchObject({ n: 0, shrunk: 10 });
  });
});

describe('sampling', () => {
  test('takes all within the budget, and above it one in n with the weight n', () => {
    const clock = createFakeClock(0);
    const sampler = createSampler({ clock }, { budgetPerSecond: 100 });
    expect(sampler.weightFor(350)).toBe(1);
    clock.advance(1000);
    expect(sampler.weightFor(10)).toBe(4);
    clock.advance(5000);
    expect(sampler.weightFor(10)).toBe(1);
  });

  test('weighted counts are right on average', () => {
    const ids = Array.from({ length: 40_000 }, (_, at) => String(9_000_000 + at));
    for (const weight of [2, 5, 10]) {
      const counted = ids.filter((id) => isSampled(id, weight)).length * weight;
      expect(Math.abs(counted - ids.length) / ids.length).toBeLessThan(0.05);
    }
  });
});
