import { expect, it } from 'vitest';
import type { AnyEvent } from './events.js';
import { createHostEvents } from './host-events.js';
import { silentLogger } from './runtime.js';
import { samplePayload, sampleType } from './suite-samples.js';

const event = (name: string, n: number) =>
  ({ type: sampleType(name), payload: { n } }) as unknown as AnyEvent;

it('calls listeners of the type in order, until they are removed, whatever the others do', async () => {
  const failures: unknown[] = [];
  const host = createHostEvents({ ...silentLogger, error: (fields) => void failures.push(fields) });
  const seen: string[] = [];
  const listen = (who: string) =>
    host.on(sampleType('happened'), (happened) => void seen.push(`${who}${samplePayload(happened).n}`));
  host.on(sampleType('happened'), () => {
    throw new Error('at once');
  });
  host.on(sampleType('happened'), async () => {
    throw new Error('later');
  });
  const remove = listen('a');
  listen('b');
  host.emit([event('happened', 1), event('other', 2), event('happened', 3)]);
  remove();
  host.emit([event('happened', 4)]);
  await new Promise(setImmediate);
  expect(seen).toEqual(['a1', 'b1', 'a3', 'b3', 'b4']);
  expect(failures).toHaveLength(6);
});
