import type { Id } from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import type { Answer, Call } from './racers.js';
import { racingStorage } from './racing-storage.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 6);
const STORM = 20;

describePostgres('identity between two processes', (server) => {
  const on = racingStorage(server);

  let people: readonly Id[];
  let moderator: Id;
  let admin: Id;
  beforeEach(async () => {
    people = Array.from({ length: STORM }, on.nextId);
    [moderator, admin] = [on.nextId(), on.nextId()];
    await on.storage.unitOfWork.transact(async ({ accounts }) => {
      for (const id of people) await accounts.insert(sampleAccount(id));
      await accounts.insert(sampleAccount(moderator, { role: 'moderator' }));
      await accounts.insert(sampleAccount(admin, { role: 'admin' }));
    });
  });

  const call = (operation: string, actorId: Id, input: object, as: Call['as'] = 'user'): Call => ({
    slice: 'identity',
    operation,
    actorId,
    input,
    as,
  });
  const storm = (make: (n: number) => Call) =>
    on.racers.race(Array.from({ length: STORM }, (_, n) => make(n)));
  const account = async (id: Id) => {
    const found = (await on.storage.readers.accounts.byIds([id])).get(id);
    if (!found) throw new Error(`no account ${id}`);
    return found;
  };
  const accepted = (answers: readonly Answer[]): number => answers.filter(({ ok }) => ok).length;
  /** Nothing but what a caller may be told: never contention, a lost connection or a bug. */
  const expectAnswered = (answers: readonly Answer[], ...codes: readonly string[]) =>
    expect(answers.filter((answer) => !answer.ok && !codes.includes(answer.code))).toEqual([]);
  const rounds = async (run: (round: number) => Promise<void>) => {
    for (let round = 0; round < ROUNDS; round++) await run(round);
  };
  /** Events of one type about an account. */
  const told = async (type: string, id: Id): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM events WHERE type = ${type} AND payload ->> 'accountId' = ${id}`.execute(
      on.database.a.db,
    );
    return rows[0]?.count ?? 0;
  };
  let word = 0;
  const fresh = () => `name_${Date.now().toString(36)}_${(word++).toString(36)}x`;

  it('makes one account at twenty first sights of one user', async () => {
    await rounds(async () => {
      const [externalId, handle] = [fresh(), fresh()];
      const answers = await storm(() => call('ensure', '1', { externalId, handle }, 'system'));
      expectAnswered(answers);
      const results = answers.map((answer) =>
        answer.ok ? (answer.value as { created: boolean; account: { id: Id } }) : undefined,
      );
      expect(new Set(results.map((result) => result?.account.id)).size).toBe(1);
      expect(results.filter((result) => result?.created)).toHaveLength(1);
      const made = results[0];
      expect(made && (await told('account.created', made.account.id))).toBe(1);
    });
  });

  it('gives one new user of twenty a handle, and one of twenty who change theirs', async () => {
    await rounds(async () => {
      const handle = fresh();
      const created = await storm((n) =>
        call('register', '1', { externalId: `${handle}-${n}`, handle }, 'system'),
      );
      expectAnswered(created, 'handle.taken');
      expect(accepted(created)).toBe(1);
      const wanted = fresh();
      const renamed = await storm((n) => call('changeHandle', people[n] as Id, { handle: wanted }));
      expectAnswered(renamed, 'handle.taken');
      expect(accepted(renamed)).toBe(1);
    });
  });

  it('registers once for one idempotency key', async () => {
    await rounds(async () => {
      const [externalId, handle] = [fresh(), fresh()];
      const input = { externalId, handle, idempotencyKey: `key-${handle}` };
      const answers = await storm(() => call('register', '1', input, 'system'));
      expectAnswered(answers);
      expect(new Set(answers.map((answer) => answer.ok && (answer.value as { id: Id }).id)).size).toBe(1);
    });
  });

  it('loses no edit of a profile that twenty edit at once, and counts each', async () => {
    await rounds(async () => {
      const [id = ''] = people;
      const before = await account(id);
      // Two of each: the gate reviews a whole profile, so an edit that finds another one starts over.
      const edits = [{ bio: fresh() }, { location: fresh() }, { isPrivate: !before.isPrivate }] as const;
      const answers = await on.racers.race([
        call('updateProfile', id, edits[0]),
        call('updateProfile', id, edits[1]),
        call('updateSettings', id, edits[2]),
      ]);
      expectAnswered(answers);
      const after = await account(id);
      expect(after).toMatchObject({ ...edits[0], ...edits[1], ...edits[2], revision: before.revision + 3 });
      const crowd = await storm((n) => call('updateProfile', id, { bio: `${n} ${fresh()}` }));
      expectAnswered(crowd, 'account.changed_meanwhile');
      expect((await account(id)).revision).toBe(after.revision + accepted(crowd));
      expect(await told('account.updated', id)).toBe((await account(id)).revision - 1);
    });
  });

  it('moves the privacy switch once, whoever presses it', async () => {
    await rounds(async () => {
      const [id = ''] = people;
      const { isPrivate } = await account(id);
      const before = await told('account.privacy_changed', id);
      const answers = await storm(() => call('updateSettings', id, { isPrivate: !isPrivate }));
      expectAnswered(answers);
      expect((await account(id)).isPrivate).toBe(!isPrivate);
      expect(await told('account.privacy_changed', id)).toBe(before + 1);
    });
  });

  it('suspends for good what is suspended while its owner comes and goes', async () => {
    await rounds(async () => {
      const id = on.nextId();
      await on.storage.unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id)));
      const answers = await storm((n) =>
        n === 7
          ? call('moderate', moderator, { userId: id, state: 'suspended' }, 'staff')
          : call(n % 2 ? 'deactivate' : 'reactivate', id, {}),
      );
      expectAnswered(answers, 'account.illegal_state_change', 'account.suspended');
      const late = await on.racers.race([call('reactivate', id, {})]);
      expectAnswered(late, 'account.illegal_state_change');
      expect((await account(id)).state).toBe('suspended');
    });
  });

  it('writes one audit row and one event for a decision that twenty make', async () => {
    await rounds(async (round) => {
      const id = people[round] as Id;
      const made = [
        ['moderate', { userId: id, state: 'limited' }, 'account.state_changed'],
        ['assignRole', { userId: id, role: 'moderator' }, 'account.role_changed'],
        ['setVerified', { userId: id, issuer: 'the host' }, 'account.updated'],
        ['setLabel', { userId: id, label: 'spoiler' }, 'account.updated'],
      ] as const;
      let updates = 0;
      for (const [operation, input, type] of made) {
        const answers = await storm(() => call(operation, admin, input, 'staff'));
        expectAnswered(answers);
        expect(await told(type, id)).toBe(type === 'account.updated' ? ++updates : 1);
      }
      const log = await on.storage.readers.audit.bySubject({ kind: 'account', id }, { limit: 100 });
      expect(log.map(({ action }) => action)).toEqual(made.map(([name]) => `identity.${name}`).reverse());
    });
  });

  it('lets a demoted moderator decide nothing more', async () => {
    await rounds(async () => {
      const [target = ''] = people;
      const [one] = [on.nextId()];
      await on.storage.unitOfWork.transact(({ accounts }) =>
        accounts.insert(sampleAccount(one, { role: 'moderator' })),
      );
      const answers = await storm((n) =>
        n === 5
          ? call('assignRole', admin, { userId: one, role: 'user' }, 'staff')
          : call('setLabel', one, { userId: target, label: `by ${one} ${n}` }, 'staff'),
      );
      expectAnswered(answers, 'account.outranked', 'actor.missing_permission');
      const { label } = await account(target);
      const late = await on.racers.race([call('setLabel', one, { userId: target, label: 'late' }, 'staff')]);
      expect(late).toMatchObject([{ ok: false }]);
      expect((await account(target)).label).toBe(label);
    });
  });
});
