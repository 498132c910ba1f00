import { parseArgs } from 'node:util';
import { isSocialError } from '@socialkit/core';
import { DATABASE_CHECKS, type Finding } from '../postgres/health-checks.js';
import { redisCheck } from './redis-check.js';
import { openTarget, TARGET_FLAGS } from './target.js';
import { aligned, type Terminal } from './terminal.js';

const FLAGS = {
  ...TARGET_FLAGS,
  redis: { type: 'string' },
  strict: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const wordsOf = (error: unknown): string => {
  if (!isSocialError(error)) return error instanceof Error ? error.message : String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.code}${cause}`;
};

/**
 * `socialkit doctor`: looks at everything that is known to go wrong and says what to do about it.
 * @returns 0, or 1 when a check failed (with `--strict` also when one warns)
 */
export async function doctorCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  const target = await openTarget(values, terminal);
  const findings: Finding[] = [];
  try {
    for (const { name, run } of DATABASE_CHECKS) {
      try {
        findings.push({ name, ...(await run(target.postgres)) });
      } catch (error) {
        findings.push({ name, state: 'fail', detail: wordsOf(error) });
        // Without a connection or tables the rest would say the same again and again.
        if (name === 'connection' || name === 'migrations') break;
      }
      if (findings.at(-1)?.state === 'fail' && name === 'migrations') break;
    }
    const redis = values.redis ?? terminal.env.SOCIALKIT_REDIS_URL;
    if (redis !== undefined)
      findings.push(
        await redisCheck(redis).catch(
          (error): Finding => ({ name: 'redis', state: 'fail', detail: wordsOf(error) }),
        ),
      );
  } finally {
    await target.close().catch(() => {});
  }
  if (values.json) for (const finding of findings) terminal.out(JSON.stringify(finding));
  else {
    terminal.out(target.name);
    for (const line of aligned(findings.map(({ state, name, detail }) => [state, name, detail])))
      terminal.out(line);
  }
  const bad = (state: Finding['state']) => state === 'fail' || (values.strict === true && state === 'warn');
  return findings.some(({ state }) => bad(state)) ? 1 : 0;
}
