import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../kernel/ids.js';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { ReactionTarget, StoredReaction } from './store.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contracts of `ReactionReader` and `ReactionWriter`. */
export function reactionsSuite(backend: SuiteBackend): void {
  describe(`reactions: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const post = (): ReactionTarget => ({ kind: 'post', id: open.ids.next() });
    const reaction = (target: ReactionTarget, userId: Id, kind = 'like'): StoredReaction => ({
      id: open.ids.next(),
      targetKind: target.kind,
      targetId: target.id,
      userId,
      kind,
    });
    const insert = (...all: readonly StoredReaction[]) =>
      open.a.unitOfWork.transact(async ({ reactions }) => {
        const said: boolean[] = [];
        for (const one of all) said.push(await reactions.insert(one));
        return said;
      });
    const remove = (target: ReactionTarget, userId: Id, kind: string | null) =>
      open.a.unitOfWork.transact(({ reactions }) => reactions.remove(target, userId, kind));
    const walk = async (read: (before: Id | null) => Promise<readonly StoredReaction[]>, size: number) => {
      const seen: StoredReaction[] = [];
      for (;;) {
        const page = await read(seen.at(-1)?.id ?? null);
        seen.push(...page);
        if (page.length < size) return seen;
      }
    };

    it('knows nothing of what nobody reacted to', async () => {
      const { reactions } = open.b.readers;
      expect(await reactions.own('7', [])).toEqual(new Map());
      expect(await reactions.own('7', ['5'])).toEqual(new Map());
      expect(await reactions.ofTarget('5', { before: null, limit: 10 })).toEqual([]);
      expect(await reactions.ofTarget('5', { kind: 'like', before: null, limit: 10 })).toEqual([]);
      expect(await reactions.ofUser('7', { before: null, limit: 10 })).toEqual([]);
      expect(await reactions.among('5', [])).toEqual([]);
      expect(await reactions.among('5', ['7'])).toEqual([]);
      expect(await remove({ kind: 'post', id: '5' }, '7', null)).toEqual([]);
    });

    it('inserts a kind once per user and target, and says so', async () => {
      const target = post();
      const first = reaction(target, '7');
      expect(
        await insert(first, reaction(target, '7'), reaction(target, '7', 'love'), reaction(target, '8')),
      ).toEqual([true, false, true, true]);
      expect(
        await open.b.readers.reactions.ofTarget(target.id, { kind: 'like', before: null, limit: 10 }),
      ).toContainEqual(first);
      expect((await open.b.readers.reactions.own('7', [target.id])).get(target.id)?.toSorted()).toEqual([
        'like',
        'love',
      ]);
    });

    it('removes one kind or all, of one user, from a target of that kind only', async () => {
      const target = post();
      await insert(reaction(target, '7'), reaction(target, '7', 'love'), reaction(target, '8'));
      expect(await remove({ kind: 'comment', id: target.id }, '7', null)).toEqual([]);
      expect(await remove(target, '7', 'wow')).toEqual([]);
      expect(await remove(target, '7', 'love')).toEqual(['love']);
      await insert(reaction(target, '7', 'wow'));
      expect(await remove(target, '7', null)).toEqual(['like', 'wow']);
      expect(await remove(target, '7', null)).toEqual([]);
      expect(await open.b.readers.reactions.own('8', [target.id])).toEqual(new Map([[target.id, ['like']]]));
    });

    it('finds a user’s own reactions on many targets at once, over months', async () => {
      const targets: ReactionTarget[] = [];
      for (const days of [0, 40, 400]) {
        open.clock.advance(days * DAY_MS);
        const target = post();
        targets.push(target);
        await insert(reaction(target, '7', days === 0 ? 'love' : 'like'), reaction(target, '8', 'sad'));
      }
      const [a, b, c] = targets.map(({ id }) => id);
      expect(await open.b.readers.reactions.own('7', [a ?? '', c ?? '', '5', a ?? ''])).toEqual(
        new Map([
          [a, ['love']],
          [c, ['like']],
        ]),
      );
      expect((await open.b.readers.reactions.own('9', [a ?? '', b ?? ''])).size).toBe(0);
    });

    it('lists who reacted newest first, of all kinds or of one, in pages that neither repeat nor skip', async () => {
      const [target, other] = [post(), post()];
      const kinds = ['like', 'love', 'angry'];
      const all = Array.from({ length: 9 }, (_, n) => reaction(target, `${100 + n}`, kinds[n % 3]));
      await insert(...all, reaction(other, '100'));
      const newest = [...all].reverse();
      const { reactions } = open.b.readers;
      expect(await walk((before) => reactions.ofTarget(target.id, { before, limit: 2 }), 2)).toEqual(newest);
      expect(
        await walk((before) => reactions.ofTarget(target.id, { kind: 'love', before, limit: 2 }), 2),
      ).toEqual(newest.filter(({ kind }) => kind === 'love'));

      const first = await reactions.ofTarget(target.id, { before: null, limit: 4 });
      await insert(reaction(target, '200'));
      const rest = await reactions.ofTarget(target.id, { before: first.at(-1)?.id ?? null, limit: 10 });
      expect([...first, ...rest]).toEqual(newest);
    });

    it('lists what a user reacted to, newest first, of every kind of target or of one', async () => {
      const comment: ReactionTarget = { kind: 'comment', id: open.ids.next() };
      const own = [reaction(post(), '7'), reaction(comment, '7', 'love'), reaction(post(), '7', 'love')];
      await insert(...own, reaction(comment, '8'));
      const [a, b, c] = own;
      const { reactions } = open.b.readers;
      expect(await walk((before) => reactions.ofUser('7', { before, limit: 1 }), 1)).toEqual([c, b, a]);
      const some = (slice: { kind?: string; targetKind?: 'post' | 'comment' }) =>
        reactions.ofUser('7', { ...slice, before: null, limit: 10 });
      expect(await some({ targetKind: 'comment' })).toEqual([b]);
      expect(await some({ kind: 'love' })).toEqual([c, b]);
      expect(await some({ kind: 'love', targetKind: 'post' })).toEqual([c]);
    });

    it('finds which of some users reacted, newest first', async () => {
      const target = post();
      const all = [
        reaction(target, '7'),
        reaction(target, '8'),
        reaction(target, '7', 'love'),
        reaction(target, '9'),
      ];
      await insert(...all);
      const [a, b, c] = all;
      expect(await open.b.readers.reactions.among(target.id, ['8', '7', '55', '7'])).toEqual([c, b, a]);
      const many = Array.from({ length: 1000 }, (_, n) => `${n + 1}`);
      expect(await open.b.readers.reactions.among(target.id, many)).toHaveLength(4);
    });

    it('undoes what a failed unit of work wrote', async () => {
      const target = post();
      await insert(reaction(target, '7'));
      await expect(
        open.a.unitOfWork.transact(async ({ reactions }) => {
          await reactions.remove(target, '7', null);
          await reactions.insert(reaction(target, '8'));
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await open.b.readers.reactions.ofTarget(target.id, { before: null, limit: 10 })).toMatchObject([
        { userId: '7' },
      ]);
    });

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);
    racing(raceTitle(`lets one of ${RACERS} concurrent inserts and one of the removals win`), async () => {
      const target = post();
      const inserted = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ reactions }) => reactions.insert(reaction(target, '7'))),
      );
      expect(inserted.filter(Boolean)).toHaveLength(1);
      const removed = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ reactions }) => reactions.remove(target, '7', 'like')),
      );
      expect(removed.filter((kinds) => kinds.length > 0)).toHaveLength(1);
    });
  });
}
