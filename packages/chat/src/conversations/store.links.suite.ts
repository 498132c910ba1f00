import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import { insertGroup, newIds } from './suite-samples.js';
import type { JoinLink } from './types.js';

const RACERS = 20;
const USES = 7;

/** The contract of {@link LinkReader} and {@link LinkWriter}. */
export function linksSuite(backend: ChatSuiteBackend): void {
  describe('join links', () => {
    let open: OpenBackend<ChatSuiteHandle>;
    let conversationId: Id;
    beforeEach(async () => {
      open = await backend.open();
      conversationId = (await insertGroup(open, newIds(open, 1))).id;
    });
    afterEach(() => open.close());

    const insert = async (overrides: Partial<JoinLink> = {}): Promise<JoinLink> => {
      const [id, createdBy] = newIds(open, 2) as [Id, Id];
      const link: JoinLink = {
        id,
        conversationId,
        createdBy,
        createdAt: open.clock.now(),
        expiresAt: null,
        maxUses: null,
        uses: 0,
        revokedAt: null,
        ...overrides,
      };
      await open.a.unitOfWork.transact(({ links }) => links.insert(link, `hash-${id}`));
      return link;
    };
    const use = (link: JoinLink, now = open.clock.now()) =>
      open.a.unitOfWork.transact(({ links }) => links.use(link.id, now));
    const revoke = (id: Id, of = conversationId) =>
      open.a.unitOfWork.transact(({ links }) => links.revoke(of, id, 77));

    it('are found by the hash of their token, whatever became of them', async () => {
      expect(await open.b.readers.links.byHash('hash')).toBeNull();
      const link = await insert({ expiresAt: 1, maxUses: 3 });
      expect(await open.b.readers.links.byHash(`hash-${link.id}`)).toEqual(link);
      await revoke(link.id);
      expect(await open.b.readers.links.byHash(`hash-${link.id}`)).toEqual({ ...link, revokedAt: 77 });
    });

    it('are listed newest first while they are not revoked, in pages', async () => {
      const made: JoinLink[] = [];
      for (let n = 0; n < 5; n++) made.push(await insert());
      const [first, , third, , fifth] = made as [JoinLink, JoinLink, JoinLink, JoinLink, JoinLink];
      await revoke(third.id);
      const { of } = open.b.readers.links;
      const page = await of(conversationId, { before: null, limit: 2 });
      expect(page[0]).toEqual(fifth);
      await insert();
      const rest = await of(conversationId, { before: page[1]?.id ?? null, limit: 5 });
      expect(rest.map(({ id }) => id)).toEqual([made[1]?.id, first.id]);
      expect(await of(open.ids.next(), { before: null, limit: 5 })).toEqual([]);
    });

    it('take uses as far as number, time and revocation allow', async () => {
      const now = open.clock.now();
      const [any, twice, timed] = [
        await insert(),
        await insert({ maxUses: 2 }),
        await insert({ expiresAt: now + 10 }),
      ];
      expect([await use(any), await use(any)]).toEqual([true, true]);
      expect([await use(twice), await use(twice), await use(twice)]).toEqual([true, true, false]);
      expect([await use(timed, now + 9), await use(timed, now + 10)]).toEqual([true, false]);
      await revoke(any.id);
      expect(await use(any)).toBe(false);
      expect((await open.b.readers.links.byHash(`hash-${twice.id}`))?.uses).toBe(2);
      expect(await use({ ...any, id: open.ids.next() })).toBe(false);
    });

    it('are revoked once, and by their own conversation', async () => {
      const link = await insert();
      expect(await revoke(link.id, open.ids.next())).toBe(false);
      expect([await revoke(link.id), await revoke(link.id)]).toEqual([true, false]);
    });

    it('give a use back with a rollback', async () => {
      const link = await insert({ maxUses: 1 });
      await expect(
        open.a.unitOfWork.transact(async ({ links }) => {
          await links.use(link.id, open.clock.now());
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await use(link)).toBe(true);
    });

    it.skipIf(!backend.concurrent)(`let ${USES} of ${RACERS} in at the same time`, async () => {
      const link = await insert({ maxUses: USES });
      const wins = await Promise.all(
        Array.from({ length: RACERS }, (_, n) =>
          (n % 2 ? open.a : open.b).unitOfWork.transact(({ links }) => links.use(link.id, open.clock.now())),
        ),
      );
      expect(wins.filter(Boolean)).toHaveLength(USES);
    });
  });
}
