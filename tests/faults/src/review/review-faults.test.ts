import { describeOwnPostgres } from '@socialkit/test-services/vitest';
import { expect, it } from 'vitest';
import { runReviewFaults } from './run.js';

const WORKERS = 3;
const ITEMS = 120;
const DEATHS = 4;

describeOwnPostgres('a review whose moderators are killed', () => {
  it('decides every case once, and loses and starves none', async () => {
    const seed = Number(process.env.SOCIALKIT_SEED ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`review faults: SOCIALKIT_SEED=${seed}\n`);
    const result = await runReviewFaults({ workers: WORKERS, items: ITEMS, deaths: DEATHS, seed });
    expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
    expect(result.deaths).toBe(DEATHS);
  }, 240_000);
});
