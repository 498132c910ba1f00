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

    it('keeps every client connected while Redis dies, comes back empty and is emptied', async () => {
      const only = new Set(['Redis restart', 'Redis FLUSHALL']);
      const result = await runChatFaults({ rounds: 12, seed: 4, budgetMs: BUDGET_MS / 2, only });
      expect(result).toMatchObject({ violations: [], resets: 0, connections: result.members });
    }, 120_000);
  });
});
