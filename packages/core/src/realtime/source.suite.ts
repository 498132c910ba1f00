import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { type StreamSource, streamName } from './streams.js';

/** A source, and a world in which somebody may read two of its streams. */
export interface SourceHarness {
  readonly source: StreamSource;
  /** Streams that `reader` may read; without events, or with those that making them took. */
  readonly streams: readonly [Id, Id];
  /** For sources whose actors read one stream alone, another reader for the second. */
  readonly readers: readonly [Actor, Actor];
  /** May read neither. */
  readonly stranger: Actor;
  /** The id of a stream that does not exist. */
  readonly missing: Id;
  /** Commits `count` more events to a stream. */
  append(id: Id, count: number): Promise<void>;
  close(): Promise<void>;
}

/** The contract of {@link StreamSource}. */
export function streamSourceSuite(name: string, open: () => Promise<SourceHarness>): void {
  describe(`StreamSource: ${name}`, () => {
    let world: SourceHarness;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('lets in its readers and nobody else', async () => {
      const { source, streams, readers, stranger, missing } = world;
      const [first, second] = readers;
      expect((await source.readable(first, [streams[0], missing])).has(streams[0])).toBe(true);
      expect((await source.readable(first, [streams[0], missing])).has(missing)).toBe(false);
      expect((await source.readable(second, [streams[1]])).has(streams[1])).toBe(true);
      expect([...(await source.readable(stranger, [...streams, missing]))]).toEqual([]);
      expect([...(await source.readable(anonymous, streams))]).toEqual([]);
      expect([...(await source.readable(first, []))]).toEqual([]);
    });

    it('answers for many at once what it answers for each', async () => {
      const { source, streams, readers, stranger, missing } = world;
      if (!source.readableMany) return;
      const asks = [
        { actor: readers[0], ids: [streams[0], missing] },
        { actor: stranger, ids: [...streams] },
        { actor: readers[1], ids: [...streams] },
        { actor: anonymous, ids: [...streams] },
        { actor: readers[0], ids: [] },
      ];
      const together = await source.readableMany(asks);
      const alone = await Promise.all(asks.map(({ actor, ids }) => source.readable(actor, ids)));
      expect(together.map((map) => new Map(map))).toEqual(alone.map((map) => new Map(map)));
    });

    it('numbers events densely, and reads them from anywhere', async () => {
      const { source, streams } = world;
      const [id] = streams;
      const before = (await source.heads([id])).get(id) ?? 0;
      await world.append(id, 5);
      expect((await source.heads([id])).get(id)).toBe(before + 5);
      const all = await source.after(id, 0, 1000);
      expect(all?.map(({ offset }) => offset)).toEqual(Array.from({ length: before + 5 }, (_, i) => i + 1));
      expect(all?.every(({ stream }) => stream === streamName(source.kind, id))).toBe(true);
      const part = await source.after(id, before + 1, 3);
      expect(part).toEqual(all?.slice(before + 1, before + 4));
      expect(await source.after(id, before + 5, 10)).toEqual([]);
    });

    it('keeps streams apart, and has none that does not exist', async () => {
      const { source, streams, missing } = world;
      const [one, two] = streams;
      const before = await source.heads([one, two]);
      await world.append(one, 2);
      await world.append(two, 3);
      const heads = await source.heads([one, two, missing]);
      expect(heads.get(one)).toBe((before.get(one) ?? 0) + 2);
      expect(heads.get(two)).toBe((before.get(two) ?? 0) + 3);
      expect(heads.get(missing) ?? 0).toBe(0);
      expect((await source.after(missing, 0, 10)) ?? []).toEqual([]);
    });
  });
}
