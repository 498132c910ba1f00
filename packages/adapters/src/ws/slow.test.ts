import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTestClient, type TestClient } from './test-client.js';
import { openTestNode, type TestNode } from './test-node.js';

const patience = { timeout: 60_000, interval: 20 };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const numbers = (client: TestClient) => client.events().map(({ o }) => o);

const start = async (
  limits = {},
): Promise<{ node: TestNode; ada: string; open: (id: string) => Promise<TestClient> }> => {
  const node = await openTestNode({ database: 'memory' }, { limits });
  closers.push(() => node.close());
  const open = async (id: string) => {
    const client = await openTestClient(node.url);
    closers.push(() => client.ws.terminate());
    await client.hello(id);
    return client;
  };
  return { node, ada: await node.account('ada'), open };
};

describe('a client that does not read', () => {
  it('is closed with 4501 at the cap, costs no more than that, and resumes whole', async () => {
    const { node, ada, open } = await start({ hardBuffer: 256 * 1024, softBuffer: 64 * 1024 });
    const [stalled, well] = [await open(ada), await open(ada)];
    const answer = await stalled.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    const { epoch = '' } = (answer.t === 'ok' && answer.streams?.[0]) || {};
    await well.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    stalled.ws.pause();
    let most = 0;
    let told = 0;
    const text = 'x'.repeat(4000);
    // The kernel buffers some megabytes before anything waits here.
    while (node.gateway.stats().slowCloses === 0) {
      await node.kit.realtime.tell(
        Array.from({ length: 50 }, () => ({ userId: ada, type: 'thing.happened', data: { text } })),
      );
      told += 50;
      most = Math.max(most, node.gateway.stats().buffered);
      expect(told).toBeLessThan(20_000);
      await vi.waitFor(() => expect(well.events()).toHaveLength(told), patience);
    }
    expect(most).toBeLessThan(256 * 1024 + 2 * 50 * 4200);
    expect(numbers(well)).toEqual(Array.from({ length: told }, (_, i) => i + 1));
    stalled.ws.resume();
    expect(await stalled.closed).toBe(4501);
    const known = numbers(stalled);
    expect(known).toEqual(known.map((_, i) => i + 1));
    // What it holds is far behind: it is told to reload, or gets every event; never a part of them.
    const again = await openTestClient(node.url);
    closers.push(() => again.ws.terminate());
    const welcome = await again.hello(ada, [{ s: `user:${ada}`, epoch, offset: known.length }]);
    const [standing] = welcome.streams;
    expect(standing).toMatchObject({ offset: told, state: told - known.length > 500 ? 'reset' : 'resumed' });
    again.send({ t: 'ack', streams: [{ s: `user:${ada}`, offset: told }] });
    await node.tell(ada);
    const missing =
      standing?.state === 'reset'
        ? []
        : Array.from({ length: told - known.length }, (_, i) => known.length + i + 1);
    if (missing.length <= 256)
      await vi.waitFor(() => expect(numbers(again)).toEqual([...missing, told + 1]), patience);
  }, 120_000);

  it('gets the latest of the hints it could not take, and the others not at all', async () => {
    const { node, ada, open } = await start({
      softBuffer: 1000,
      hardBuffer: 64 * 1024 * 1024,
      stalledMs: 600_000,
    });
    const client = await open(ada);
    const s = `user:${ada}` as const;
    await client.ask({ t: 'sub', streams: [{ s }] });
    client.ws.pause();
    const { hub } = node.kit.realtime;
    const text = 'x'.repeat(16_000);
    let n = 0;
    while (node.gateway.stats().coalescedHints < 50) {
      hub.hint([s], 'count.changed', { n: ++n, text }, { key: 'count' });
      hub.hint([s], 'noise.made', { n, text });
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(n).toBeLessThan(20_000);
    }
    expect(node.gateway.stats().droppedHints).toBeGreaterThan(0);
    client.ws.resume();
    const last = await client.until((frame) => frame.t === 'eph' && (frame.data as { n: number }).n === n);
    expect(last).toMatchObject({ type: 'count.changed' });
    const counts = client.frames.flatMap((frame) =>
      frame.t === 'eph' && frame.type === 'count.changed' ? [(frame.data as { n: number }).n] : [],
    );
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.length).toBeLessThan(n);
  }, 60_000);

  it('is closed when it takes nothing for long, however little waits', async () => {
    const { node, ada, open } = await start({
      stalledMs: 200,
      hardBuffer: 64 * 1024 * 1024,
      heartbeatMs: 60_000,
    });
    const client = await open(ada);
    await client.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    client.ws.pause();
    const text = 'x'.repeat(16_000);
    while (node.gateway.stats().buffered === 0)
      await node.kit.realtime.tell(
        Array.from({ length: 50 }, () => ({ userId: ada, type: 'thing.happened', data: { text } })),
      );
    await vi.waitFor(() => expect(node.gateway.stats().slowCloses).toBe(1), patience);
    client.ws.resume();
    expect(await client.closed).toBe(4501);
  }, 60_000);

  it('gives way, the one for whom most waits first, when the node is short of memory', async () => {
    const { node, ada, open } = await start({
      nodeBuffer: 1_000_000,
      hardBuffer: 64 * 1024 * 1024,
      stalledMs: 600_000,
    });
    const [stalled, well] = [await open(ada), await open(ada)];
    for (const client of [stalled, well]) await client.ask({ t: 'sub', streams: [{ s: `user:${ada}` }] });
    stalled.ws.pause();
    const text = 'x'.repeat(16_000);
    for (let told = 20; node.gateway.stats().slowCloses === 0; told += 20) {
      await node.kit.realtime.tell(
        Array.from({ length: 20 }, () => ({ userId: ada, type: 'thing.happened', data: { text } })),
      );
      await vi.waitFor(() => expect(well.events()).toHaveLength(told), patience);
    }
    stalled.ws.resume();
    expect(await stalled.closed).toBe(4501);
    expect(await well.ask({ t: 'unsub' })).toMatchObject({ t: 'ok' });
  }, 60_000);
});
