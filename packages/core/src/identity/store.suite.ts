import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend, SuiteHandle } from '../suite-backend.js';
import { skeletonOf } from './confusables.js';
import type { NewAccount } from './store.js';
import type { Account } from './types.js';

/** The contracts of {@link import('./store.js').AccountReader} and {@link import('./store.js').AccountWriter}. */
export function accountsSuite(backend: SuiteBackend): void {
  describe(`Accounts: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const draft = (handle: string, overrides: Partial<NewAccount> = {}): NewAccount => ({
      id: open.ids.next(),
      externalId: null,
      handle,
      handleSkeleton: skeletonOf(handle),
      displayName: `Name of ${handle}`,
      firstName: null,
      lastName: null,
      bio: '',
      avatar: null,
      verifiedIssuer: null,
      verifiedAt: null,
      location: null,
      birthDate: null,
      gender: null,
      fieldVisibility: {},
      custom: {},
      isPrivate: false,
      discoverable: true,
      role: 'user',
      state: 'active',
      stateReason: null,
      resumeState: null,
      label: null,
      labelSource: null,
      revision: 1,
      createdAt: open.clock.now(),
      updatedAt: open.clock.now(),
      ...overrides,
    });
    const FULL: Partial<NewAccount> = {
      externalId: 'host|42/a',
      displayName: '愛 🐢 "quoted" \\ \'x\'',
      firstName: 'Ada',
      lastName: 'Löwe',
      bio: 'line\nline\tżółw',
      avatar: { ref: 'media:1', alt: 'a 🐢' },
      verifiedIssuer: 'the host',
      verifiedAt: 1_700_000_000_000,
      location: 'Łódź',
      birthDate: '1990-02-28',
      gender: 'x',
      fieldVisibility: { birthDate: 'friends', 'custom.site': 'public' },
      custom: { site: 'https://example.org', nested: { list: [1, 'two', null, true] } },
      isPrivate: true,
      discoverable: false,
      role: 'moderator',
      state: 'limited',
      stateReason: 'because',
      label: 'spoiler',
      labelSource: 'staff',
    };
    const insert = (account: NewAccount, handle: SuiteHandle = open.a) =>
      handle.unitOfWork.transact(({ accounts }) => accounts.insert(account));
    const read = async (id: string) => (await open.b.readers.accounts.byIds([id])).get(id);

    it('returns what was inserted, with counters at zero', async () => {
      const account = draft('ada', FULL);
      expect(await insert(account)).toBe('inserted');
      const stored: Account = {
        ...account,
        followerCount: 0,
        followingCount: 0,
        friendCount: 0,
        postCount: 0,
        lastPostId: null,
      };
      expect(await read(account.id)).toEqual(stored);
      expect(await open.b.readers.accounts.byExternalId(account.externalId ?? '')).toEqual(stored);
      expect((await open.b.readers.accounts.summaries([account.id])).get(account.id)).toEqual({
        id: account.id,
        handle: 'ada',
        displayName: account.displayName,
        avatar: account.avatar,
        verified: { issuer: 'the host', at: 1_700_000_000_000 },
        isPrivate: true,
        label: 'spoiler',
      });
    });

    it('leaves out what does not exist', async () => {
      const account = draft('ada');
      await insert(account);
      const { accounts } = open.a.readers;
      expect([...(await accounts.byIds(['77', account.id, '78'])).keys()]).toEqual([account.id]);
      expect((await accounts.byIds([])).size).toBe(0);
      expect((await accounts.summaries(['77'])).size).toBe(0);
      expect(await accounts.byExternalId('nobody')).toBeNull();
      expect([...(await accounts.idsByHandles(['ada', 'nobody']))]).toEqual([['ada', account.id]]);
      expect((await accounts.idsByHandles([])).size).toBe(0);
    });

    it('keeps external ids, handles and their look-alikes unique, and says which was taken', async () => {
      expect(await insert(draft('paypal', { externalId: 'x-1' }))).toBe('inserted');
      expect(await insert(draft('other', { externalId: 'x-1' }))).toBe('external_id_taken');
      expect(await insert(draft('paypal', { externalId: 'x-1' }))).toBe('external_id_taken');
      expect(await insert(draft('paypal', { externalId: 'x-2' }))).toBe('handle_taken');
      expect(await insert(draft('paypa1'))).toBe('handle_taken');
      expect(await insert(draft('second'))).toBe('inserted');
      expect(await insert(draft('third'))).toBe('inserted');
      expect(await open.a.readers.accounts.handleTaken(skeletonOf('paypa1'), null)).toBe(true);
      expect(await open.a.readers.accounts.handleTaken('free', null)).toBe(false);
    });

    it('changes the fields given, clears with null, leaves the rest, and counts revisions', async () => {
      const account = draft('ada', FULL);
      await insert(account);
      open.clock.advance(1000);
      const now = open.clock.now();
      const update = (changes: Parameters<typeof writer>[1], id = account.id) => writer(id, changes);
      const writer = (id: string, changes: Partial<Account>) =>
        open.a.unitOfWork.transact(({ accounts }) => accounts.update(id, changes, now));
      expect(await update({ bio: '', location: null, avatar: null, birthDate: null })).toBe(2);
      expect(await update({ custom: { only: 'this' }, isPrivate: false, verifiedAt: null })).toBe(3);
      expect(await update({ label: null, labelSource: null, role: 'user', fieldVisibility: {} })).toBe(4);
      expect(await update({ bio: 'x' }, '77')).toBeNull();
      expect(await read(account.id)).toEqual({
        ...account,
        bio: '',
        location: null,
        avatar: null,
        birthDate: null,
        custom: { only: 'this' },
        isPrivate: false,
        verifiedAt: null,
        label: null,
        labelSource: null,
        role: 'user',
        fieldVisibility: {},
        followerCount: 0,
        followingCount: 0,
        friendCount: 0,
        postCount: 0,
        lastPostId: null,
        revision: 4,
        updatedAt: now,
      });
    });

    it('renames, frees the old handle, and refuses one that looks like another', async () => {
      const [ada, bob] = [draft('ada'), draft('bob')];
      await insert(ada);
      await insert(bob);
      const rename = (id: string, handle: string) =>
        open.a.unitOfWork.transact(({ accounts }) =>
          accounts.rename(id, { handle, skeleton: skeletonOf(handle) }, open.clock.now()),
        );
      expect(await rename(ada.id, 'countess_1')).toBe(2);
      expect(await rename(ada.id, 'countess_l'), 'its own look-alike').toBe(3);
      await expect(rename(bob.id, 'countess_1')).rejects.toMatchObject({ code: 'handle.taken' });
      expect(await rename(bob.id, 'ada')).toBe(2);
      expect([...(await open.b.readers.accounts.idsByHandles(['ada', 'bob', 'countess_l']))]).toEqual(
        expect.arrayContaining([
          ['ada', bob.id],
          ['countess_l', ada.id],
        ]),
      );
      expect(await open.a.readers.accounts.handleTaken(skeletonOf('ada'), bob.id)).toBe(false);
    });

    it('keeps a handle that was given up for its last holder until its time is over', async () => {
      const [first, second] = [open.ids.next(), open.ids.next()];
      const keep = (id: string, expiresAt: number) =>
        open.a.unitOfWork.transact(({ accounts }) => accounts.keepReleased('ada', id, expiresAt));
      const holder = (now: number) => open.b.readers.accounts.releasedBy('ada', now);
      expect(await holder(0)).toBeNull();
      await keep(first, 1000);
      expect(await holder(999)).toBe(first);
      expect(await holder(1000)).toBeNull();
      await keep(second, 500);
      expect(await holder(499)).toBe(second);
      expect(await holder(500)).toBeNull();
    });

    it('moves a state only from where it is', async () => {
      const account = draft('ada');
      await insert(account);
      const move = (from: Account['state'], to: Account['state']) =>
        open.a.unitOfWork.transact(({ accounts }) =>
          accounts.moveState(account.id, { from, to, reason: 'why', resumeState: 'limited' }, 5),
        );
      expect(await move('active', 'deactivated')).toBe(true);
      expect(await move('active', 'suspended')).toBe(false);
      expect(await read(account.id)).toMatchObject({
        state: 'deactivated',
        stateReason: 'why',
        resumeState: 'limited',
        revision: 2,
      });
    });

    it('undoes everything when the unit of work fails', async () => {
      const account = draft('ada', { externalId: 'x' });
      await expect(
        open.a.unitOfWork.transact(async ({ accounts }) => {
          await accounts.insert(account);
          await accounts.update(account.id, { bio: 'gone' }, 1);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await read(account.id)).toBeUndefined();
      expect(await insert({ ...account, id: open.ids.next() })).toBe('inserted');
    });

    const races = backend.concurrent ? it : it.skip;
    const why = backend.concurrent ? '' : ` ${NO_RACES}`;

    races(`gives a handle to one of ${RACERS}${why}`, async () => {
      const outcomes = await race(RACERS, [open.a, open.b], (handle, n) =>
        insert(draft('ada', { externalId: `x-${n}` }), handle),
      );
      expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'handle_taken')).toHaveLength(RACERS - 1);
    });

    races(`makes one account of an external id for ${RACERS}${why}`, async () => {
      const outcomes = await race(RACERS, [open.a, open.b], (handle, n) =>
        insert(draft(`ada${n}x`, { externalId: 'same' }), handle),
      );
      expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'external_id_taken')).toHaveLength(RACERS - 1);
    });

    races(`lets one of ${RACERS} take a free handle${why}`, async () => {
      const people = Array.from({ length: RACERS }, (_, n) => draft(`person${n}x`));
      for (const person of people) await insert(person);
      const outcomes = await race(RACERS, [open.a, open.b], (handle, n) =>
        handle.unitOfWork
          .transact(({ accounts }) =>
            accounts.rename(
              people[n]?.id ?? '',
              { handle: 'wanted', skeleton: skeletonOf('wanted') },
              open.clock.now(),
            ),
          )
          .then(
            () => 'renamed',
            (error: { code: string }) => error.code,
          ),
      );
      expect(outcomes.filter((outcome) => outcome === 'renamed')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'handle.taken')).toHaveLength(RACERS - 1);
    });
  });
}
