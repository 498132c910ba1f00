import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Id } from '../../kernel/ids.js';
import type { StreamName } from '../streams.js';
import { createMemoryTail } from '../tail.js';
import { createMemoryTransport, type RealtimeTransport } from '../transport.js';
import { createTruth, openNode, type SampleClient, type SampleTruth } from './sample-nodes.js';
import type { RealtimeHub } from './types.js';

const room: Id = '900';
const name: StreamName = 'conversation:900';
const [ada, ben, cy] = ['11', '12', '13'] as const;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

function world(options: Parameters<typeof openNode>[2] = {}, window?: number) {
  const truth = createTruth();
  truth.members.set(room, new Map([ada, ben, cy].map((id) => [id, { after: 0 }])));
  const transport = createMemoryTransport();
  const node = openNode(truth, { transport, ...(window === undefined ? {} : { window }) }, options);
  open.push(transport, node.hub);
  return { truth, transport, ...node };
}

const say = (truth: SampleTruth, hub: RealtimeHub, count = 1, by: Id | null = ben) => {
  for (let n = 0; n < count; n++) hub.publish([truth.commit(room, by)]);
};
const got = (client: SampleClient) => client.state.get(name)?.got.map(({ offset }) => offset) ?? [];
const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const told = (client: SampleClient, offsets: readonly number[]) =>
  vi.waitFor(() => {
    expect(got(client)).toEqual(offsets);
    expect(client.faults).toEqual([]);
  });

describe('the hub', () => {
  it('delivers each event once and in order, from the moment it answered', async () => {
    const { truth, hub, connect } = world();
    say(truth, hub, 2);
    const client = connect(ada);
    expect(await client.follow([name])).toEqual([{ s: name, epoch: 'e1', offset: 2, state: 'live' }]);
    say(truth, hub, 3);
    await told(client, [3, 4, 5]);
  });

  it('puts events in order that were published out of it', async () => {
    const { truth, hub, connect } = world();
    const client = connect(ada);
    await client.follow([name]);
    const [one, two, three] = [1, 2, 3].map(() => truth.commit(room, ben));
    hub.publish([three!]);
    hub.publish([two!]);
    hub.publish([one!]);
    hub.publish([two!]);
    await told(client, [1, 2, 3]);
    expect(hub.stats().duplicates).toBeGreaterThan(0);
  });

  it('fetches what was committed and never published', async () => {
    const { truth, hub, connect } = world();
    const client = connect(ada);
    await client.follow([name]);
    truth.commit(room, ben);
    truth.commit(room, ben);
    say(truth, hub);
    await told(client, [1, 2, 3]);
    expect(hub.stats().repairs).toEqual({ count: 1, events: 2 });
  });

  it('finds by its position check what nothing told of', async () => {
    const { truth, hub, connect } = world();
    const client = connect(ada);
    await client.follow([name]);
    truth.commit(room, ben);
    truth.commit(room, ben);
    await hub.check();
    await told(client, [1, 2]);
    expect(hub.stats().missed).toBe(2);
  });

  it('resumes behind the position of the client, from the tail or from the database', async () => {
    const { truth, hub, connect, tail } = world();
    const client = connect(ada);
    await client.follow([name]);
    say(truth, hub, 3);
    await told(client, [1, 2, 3]);
    client.client.close();
    say(truth, hub, 3);
    const again = connect(ada, client.state);
    expect(await again.follow([name])).toEqual([{ s: name, epoch: 'e1', offset: 6, state: 'resumed' }]);
    await told(again, span(1, 6));
    again.client.close();
    say(truth, hub, 2);
    await tail.close();
    const third = connect(ada, again.state);
    await third.follow([name]);
    await told(third, span(1, 8));
    expect(hub.stats().resumes).toMatchObject({ tail: 1, source: 1, reset: 0 });
  });

  it('says reset, and nothing partial, for another epoch, a position beyond the head, one too far back, and a log that was cut', async () => {
    const { truth, hub, connect } = world({ replay: 20 });
    say(truth, hub, 30);
    const from = async (epoch: string, offset: number) => {
      const client = connect(ada);
      client.state.set(name, { epoch, offset, began: offset, got: [], gone: false });
      const [standing] = await client.follow([name]);
      return [standing?.state, standing?.offset, got(client), client.faults];
    };
    expect(await from('e0', 28)).toEqual(['reset', 30, [], []]);
    expect(await from('e1', 31)).toEqual(['reset', 30, [], []]);
    expect(await from('e1', 9)).toEqual(['reset', 30, [], []]);
    expect(await from('e1', 30)).toEqual(['resumed', 30, [], []]);
    truth.cut(room, 15);
    const bare = openNode(truth, { transport: createMemoryTransport() }, { replay: 20 });
    open.push(bare.hub);
    const client = bare.connect(ada);
    client.state.set(name, { epoch: 'e1', offset: 14, began: 14, got: [], gone: false });
    expect((await client.follow([name]))[0]).toMatchObject({ state: 'reset', offset: 30 });
  });

  it('resets everybody when the epoch changes, whatever he was doing', async () => {
    const { truth, hub, connect } = world();
    const client = connect(ada);
    await client.follow([name]);
    say(truth, hub, 2);
    await told(client, [1, 2]);
    truth.epoch = 'e2';
    await hub.check();
    await vi.waitFor(() => expect(client.resets).toBe(1));
    say(truth, hub, 1);
    await told(client, [3]);
    expect(client.state.get(name)?.epoch).toBe('e2');
  });

  it('waits for acknowledgements while it replays, and delivers all of it', async () => {
    const { truth, hub, connect } = world({}, 10);
    say(truth, hub, 100);
    const client = connect(ada);
    client.state.set(name, { epoch: 'e1', offset: 0, began: 0, got: [], gone: false });
    const acknowledge = vi.spyOn(client.client, 'acknowledge').mockImplementation(() => {});
    await client.follow([name]);
    await vi.waitFor(() => expect(got(client)).toHaveLength(10));
    say(truth, hub, 5);
    await hub.check();
    expect(got(client)).toHaveLength(10);
    acknowledge.mockRestore();
    client.client.acknowledge(name, 10);
    await told(client, span(1, 105));
  });

  it('gives a blocked pair the events of each other without their content', async () => {
    const { truth, hub, connect } = world();
    truth.blocks.add(`${ben} ${ada}`);
    const [a, c] = [connect(ada), connect(cy)];
    await a.follow([name]);
    await c.follow([name]);
    say(truth, hub, 1, ben);
    say(truth, hub, 1, cy);
    await told(a, [1, 2]);
    await told(c, [1, 2]);
    expect(a.state.get(name)?.got.map(({ withData }) => withData)).toEqual([false, true]);
    expect(c.state.get(name)?.got.map(({ withData }) => withData)).toEqual([true, true]);
  });

  it('replays nothing of an author whose content is hidden meanwhile, from the log, the tail and to slow clients', async () => {
    const { truth, hub, connect } = world({}, 2);
    const a = connect(ada);
    await a.follow([name]);
    say(truth, hub, 1, ben);
    say(truth, hub, 1, cy);
    say(truth, hub, 4, ben);
    await told(a, span(1, 6));
    expect(a.state.get(name)?.got.every(({ withData }) => withData)).toBe(true);
    const replayed = async (who: Id) => {
      const client = connect(who);
      client.state.set(name, { epoch: 'e1', offset: 0, began: 0, got: [], gone: false });
      await client.follow([name]);
      await told(client, span(1, 6));
      return client.state.get(name)?.got.map(({ withData }) => withData);
    };
    // Found to be shown, and remembered as such: a change has to be heard of.
    expect(await replayed(ada)).toEqual([true, true, true, true, true, true]);
    truth.hidden.add(ben);
    hub.accessChanged([ben]);
    expect(await replayed(ada)).toEqual([false, true, false, false, false, false]);
    expect(await replayed(ben)).toEqual([true, true, true, true, true, true]);
    truth.hidden.delete(ben);
    hub.accessChanged([ben]);
    const slow = connect(ada);
    slow.state.set(name, { epoch: 'e1', offset: 0, began: 0, got: [], gone: false });
    const acknowledge = vi.spyOn(slow.client, 'acknowledge').mockImplementation(() => {});
    await slow.follow([name]);
    await told(slow, [1, 2]);
    truth.hidden.add(ben);
    hub.accessChanged([ben]);
    const { now } = performance;
    const later = vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 1000);
    acknowledge.mockRestore();
    slow.client.acknowledge(name, 2);
    await told(slow, span(1, 6));
    later.mockRestore();
    expect(slow.state.get(name)?.got.map(({ withData }) => withData)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('gives content meant for some to them alone, live and replayed', async () => {
    const { truth, hub, connect } = world();
    const [a, b] = [connect(ada), connect(ben)];
    await a.follow([name]);
    hub.publish([truth.commit(room, cy, { only: [ada] })]);
    await told(a, [1]);
    b.state.set(name, { epoch: 'e1', offset: 0, began: 0, got: [], gone: false });
    await b.follow([name]);
    await told(b, [1]);
    expect(a.state.get(name)?.got[0]?.withData).toBe(true);
    expect(b.state.get(name)?.got[0]?.withData).toBe(false);
  });

  it('keeps what is said about older items from who came later, whenever it is said, live and replayed', async () => {
    const { truth, hub, connect } = world();
    truth.members.get(room)?.set(ben, { after: 0, afterItem: 5 });
    const [a, b] = [connect(ada), connect(ben)];
    await a.follow([name]);
    hub.publish([truth.commit(room, cy, { item: 5 }), truth.commit(room, cy, { item: 6 })]);
    await told(a, [1, 2]);
    b.state.set(name, { epoch: 'e1', offset: 0, began: 0, got: [], gone: false });
    await b.follow([name]);
    hub.publish([truth.commit(room, cy, { item: 4 }), truth.commit(room, cy)]);
    await told(a, [1, 2, 3, 4]);
    await told(b, [1, 2, 3, 4]);
    expect(a.state.get(name)?.got.map(({ withData }) => withData)).toEqual([true, true, true, true]);
    expect(b.state.get(name)?.got.map(({ withData }) => withData)).toEqual([false, true, false, true]);
  });

  it('ends a stream in order behind the event that ends it, and nobody else hears of it', async () => {
    const { truth, hub, connect } = world();
    const [a, b] = [connect(ada), connect(ben)];
    await a.follow([name]);
    await b.follow([name]);
    say(truth, hub, 1);
    truth.members.get(room)?.delete(ada);
    hub.publish([truth.commit(room, ben, { ends: [ada] })]);
    say(truth, hub, 2);
    await told(b, [1, 2, 3, 4]);
    await vi.waitFor(() => expect(a.state.get(name)?.gone).toBe(true));
    await told(a, [1, 2]);
    say(truth, hub, 1);
    await told(b, [1, 2, 3, 4, 5]);
    await told(a, [1, 2]);
  });

  it('goes on without a hole for whom an event only seemed to end it', async () => {
    const { truth, hub, connect } = world();
    const a = connect(ada);
    await a.follow([name]);
    hub.publish([truth.commit(room, ben, { ends: [ada] })]);
    say(truth, hub, 4);
    await told(a, [1, 2, 3, 4, 5]);
  });

  it('is silent at once after a change of access, and stays so while the database does not answer', async () => {
    const { truth, hub, connect } = world();
    const a = connect(ada);
    await a.follow([name]);
    say(truth, hub, 1);
    await told(a, [1]);
    truth.members.get(room)?.delete(ada);
    truth.failing = 3;
    hub.accessChanged([ada]);
    say(truth, hub, 3);
    expect(got(a)).toEqual([1]);
    await vi.waitFor(() => expect(a.state.get(name)?.gone).toBe(true), { timeout: 10_000 });
    expect(got(a)).toEqual([1]);
  });

  it('does not let in by an answer that was true when it was asked for', async () => {
    const { truth, hub, connect } = world();
    const { readableMany } = truth.source;
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      vi.spyOn(truth.source, 'readableMany').mockImplementationOnce(async (asks) => {
        const answers = (await readableMany?.(asks)) ?? [];
        resolve();
        await new Promise<void>((release) => {
          answer = release;
        });
        return answers;
      });
    });
    const a = connect(ada);
    const following = a.follow([name]);
    await asked;
    truth.members.get(room)?.delete(ada);
    hub.accessChanged([ada]);
    answer();
    expect(await following).toMatchObject([{ state: 'refused' }]);
    say(truth, hub, 1);
    expect(got(a)).toEqual([]);
  });

  it('finds by its check a removal and a suspension that nothing told of', async () => {
    const { truth, hub, connect } = world();
    const [a, b] = [connect(ada), connect(ben)];
    await a.follow([name]);
    await b.follow([name]);
    truth.members.get(room)?.delete(ada);
    truth.suspended.add(ben);
    await hub.check();
    await vi.waitFor(() => expect(a.state.get(name)?.gone).toBe(true));
    expect(b.ended).toBe('account.suspended');
    expect(hub.stats().clients).toBe(1);
  });

  it('asks for many clients together', async () => {
    const { truth, hub, connect } = world();
    say(truth, hub, 5);
    await hub.check();
    const members = Array.from({ length: 500 }, (_, i) => String(10_000 + i));
    for (const id of members) truth.members.get(room)?.set(id, { after: 0 });
    truth.queries = { heads: 0, after: 0, readable: 0, standings: 0, hidden: 0 };
    const clients = members.map((id) => {
      const client = connect(id);
      client.state.set(name, { epoch: 'e1', offset: 2, began: 2, got: [], gone: false });
      return client;
    });
    await Promise.all(clients.map((client) => client.follow([name])));
    for (const client of clients) await told(client, [3, 4, 5]);
    const { heads, after, readable, standings, hidden } = truth.queries;
    expect(heads + after + readable + standings + hidden).toBeLessThan(10);
  });

  it('does not repeat from its tail what was rewritten since', async () => {
    const { truth, hub, connect } = world();
    say(truth, hub, 3);
    hub.publish([truth.commit(room, ben, { rewrites: true })]);
    const client = connect(ada);
    client.state.set(name, { epoch: 'e1', offset: 1, began: 1, got: [], gone: false });
    await client.follow([name]);
    await told(client, [2, 3, 4]);
    expect(hub.stats().resumes).toMatchObject({ tail: 0, source: 1 });
  });

  it('hands hints to followers, not to those who block their author, and to nobody else', async () => {
    const { truth, hub, connect } = world();
    truth.blocks.add(`${ada} ${ben}`);
    const [a, c, d] = [connect(ada), connect(cy), connect('99')];
    await Promise.all([a, c, d].map((client) => client.follow([name])));
    hub.hint([name], 'typing.changed', { ids: [ben] }, { by: ben, key: 'typing' });
    await vi.waitFor(() => expect(c.hints).toHaveLength(1));
    expect(JSON.parse(c.hints[0] as string)).toEqual({
      t: 'eph',
      s: name,
      type: 'typing.changed',
      data: { ids: [ben] },
    });
    expect([a.hints, d.hints]).toEqual([[], []]);
  });

  it('keeps nothing of clients that went', async () => {
    const { truth, hub, connect } = world({ idleMs: 0 });
    const clients = span(1, 50).map(() => connect(ada));
    await Promise.all(clients.map((client) => client.follow([name])));
    say(truth, hub, 2);
    for (const client of clients) client.client.close();
    await hub.check();
    expect(hub.stats()).toMatchObject({ clients: 0, viewers: 0, streams: 0, subscriptions: 0 });
  });

  it('tells other nodes, and is told by them', async () => {
    const { truth, hub, connect, transport } = world();
    const other = openNode(truth, { transport, tail: createMemoryTail({ transport }) });
    open.push(other.hub);
    const [here, there] = [connect(ada), other.connect(ben)];
    await here.follow([name]);
    await there.follow([name]);
    say(truth, hub, 2);
    say(truth, other.hub, 2);
    await told(here, [1, 2, 3, 4]);
    await told(there, [1, 2, 3, 4]);
    truth.members.get(room)?.delete(ben);
    hub.accessChanged([ben]);
    await vi.waitFor(() => expect(there.state.get(name)?.gone).toBe(true));
  });

  it('repairs at once when the transport says that messages were lost', async () => {
    const truth = createTruth();
    truth.members.set(room, new Map([[ada, { after: 0 }]]));
    let gap = () => {};
    const transport: RealtimeTransport & { onGap(listener: () => void): () => void } = {
      ...createMemoryTransport(),
      onGap(listener) {
        gap = listener;
        return () => {};
      },
    };
    const node = openNode(truth, { transport });
    open.push(node.hub);
    const client = node.connect(ada);
    await client.follow([name]);
    truth.commit(room, ben);
    gap();
    await told(client, [1]);
  });
});
