import { describeRedis } from '@socialkit/test-services/vitest';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { type HintFault, startRedisProxy } from './redis-proxy.js';
import { channelOf, createRespCutter } from './resp.js';

const REPLIES = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':42\r\n',
  '$5\r\nhe\r\no\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '*3\r\n$7\r\nmessage\r\n$8\r\nstream.a\r\n$2\r\nhi\r\n',
  '>3\r\n$8\r\nsmessage\r\n$1\r\nb\r\n$2\r\n\r\n\r\n',
  '%1\r\n+key\r\n*2\r\n:1\r\n#t\r\n',
  '_\r\n',
  '=5\r\ntxt:a\r\n',
];

describe('cutting replies of Redis', () => {
  it('finds the same values however the bytes arrive, and loses none', () => {
    const all = Buffer.from(REPLIES.join(''));
    for (let size = 1; size <= all.length; size++) {
      const cutter = createRespCutter();
      const values: string[] = [];
      for (let at = 0; at < all.length; at += size)
        for (const value of cutter.take(all.subarray(at, at + size))) values.push(value.toString());
      expect(values).toEqual(REPLIES);
    }
  });

  it('tells pushed messages from answers', () => {
    const channels = REPLIES.map((reply) => channelOf(Buffer.from(reply)));
    expect(channels.filter((channel) => channel !== null)).toEqual(['stream.a', 'b']);
    expect(channelOf(Buffer.from('*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n'))).toBeNull();
  });
});

describeRedis('the proxy', ({ url, prefix }) => {
  it('drops, doubles and swaps the messages it is told to, and nothing else', async () => {
    const proxy = await startRedisProxy(Number(new URL(url).port));
    const [direct, listener] = [new Redis(url), new Redis(proxy.url)];
    try {
      const heard: string[] = [];
      const channel = `${prefix}stream.x`;
      await listener.subscribe(channel);
      listener.on('message', (_, text) => heard.push(text));
      const faults: (HintFault | null)[] = [null, 'drop', 'double', 'swap', null, null];
      proxy.decide = () => faults.shift() ?? null;
      for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'end']) await direct.publish(channel, text);
      await expect.poll(() => heard.at(-1)).toBe('end');
      expect(heard).toEqual(['a', 'c', 'c', 'e', 'd', 'f', 'end']);
      expect(await listener.ping()).toBeTruthy();
    } finally {
      direct.disconnect();
      listener.disconnect();
      await proxy.close();
    }
  });

  it('comes back after its connections were cut', async () => {
    const proxy = await startRedisProxy(Number(new URL(url).port));
    const client = new Redis(proxy.url);
    client.on('error', () => {});
    try {
      await client.set(`${prefix}k`, 'v');
      proxy.cut();
      await expect.poll(() => client.get(`${prefix}k`).catch(() => null)).toBe('v');
    } finally {
      client.disconnect();
      await proxy.close();
    }
  });
});
