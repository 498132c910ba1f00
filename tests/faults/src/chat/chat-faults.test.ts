import { describeOwnPostgres, describeOwnRedis } from '@socialkit/test-services/vitest';
import { expect, it } from 'vitest';
import { FAULT_KINDS } from './kinds.js';
import { runChatFaults } from './run.js';

const ROUNDS = 100;
/** A slow machine breaks less often in this time, and finds as little. */
const BUDGET_MS = 60_000;

describeOwnPostgres('a chat under faults', () => {
  describeOwnRedis('with Redis', () => {
    it('loses nothing, doubles nothing and keeps the order', async () => {
      const seed = Number(process.env.SOCIALKIT_SEED ?? Math.floor(Math.random() * 2 ** 31));
      const result = await runChatFaults({ rounds: ROUNDS, seed, budgetMs: BUDGET_MS });
      expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
      expect(result.counted).toBeGreaterThan(FAULT_KINDS.length);
      if (result.seconds * 1000 < BUDGET_MS) expect(result.counted).toBe(ROUNDS);
    }, 180_000);
  });
});
