// One process of a race: a kit on the shared database that makes the calls it is sent, all at once.
import { type Actor, type Clock, isSocialError } from '@socialkit/core';
import { createSocialKit } from '../../kit/index.js';
import type { Answer, Batch, Ready } from './racers.js';

const [url = '', shiftMs = '0', worker = ''] = process.argv.slice(2);
const clock: Clock = { now: () => Date.now() + Number(shiftMs) };
const kit = await createSocialKit({
  database: { url, pool: { max: 20 }, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
  worker: worker === 'worker',
  clock,
});

type Made = Batch['calls'][number];

const actorOf = async ({ as, actorId }: Made): Promise<Actor> => {
  if (as === 'system') return kit.system;
  return (as === 'staff' && (await kit.actorFor({ accountId: actorId }))) || kit.actor(actorId);
};

const perform = async ({ slice, operation, input }: Made, actor: Actor): Promise<Answer> => {
  const method = kit.slices.find(({ name }) => name === slice)?.service[operation];
  if (!method) throw new TypeError(`there is no operation ${slice}.${operation}`);
  try {
    return { ok: true, value: await method(actor, input as never) };
  } catch (error) {
    if (isSocialError(error)) return { ok: false, code: error.code, category: error.category };
    throw error;
  }
};

process.on('message', async ({ at, calls }: Batch) => {
  const actors = await Promise.all(calls.map(actorOf));
  // Connections are warm and the batch is here: only the start remains to be shared.
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now() - 5)));
  while (Date.now() < at);
  process.send?.(await Promise.all(calls.map((call, n) => perform(call, actors[n] as Actor))));
});
process.send?.({ ready: true } satisfies Ready);
