import { endMeasures, restrict, type SubjectAdapter } from '../access/index.js';
import { type Actor, systemActor, viewerOf } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Runtime } from '../kernel/runtime.js';
import type { KernelStores } from '../stores.js';
import {
  type AccountUnit,
  contentHashOfAccount,
  restrictedAccount,
  settleAccount,
  subjectOfAccount,
  textsOfAccount,
} from './restrict.js';
import { type RoleTable, requireOutranks } from './roles.js';
import type { AccountReader } from './store.js';
import type { Account } from './types.js';

type Unit = AccountUnit & Pick<KernelStores, 'locks'>;

const reader = systemActor('subjects');

const factsOf = (account: Account) => ({
  authorId: account.id,
  revision: account.revision,
  status: account.state,
  contentHash: contentHashOfAccount(account),
  reach: account.followerCount,
  createdAt: account.createdAt,
});

/** Locks an account and that of whoever decides, then reads both. */
async function lockForDecision(stores: Unit, actor: Actor, id: Id) {
  const staffId = viewerOf(actor);
  const involved = [...new Set([id, ...(staffId === null ? [] : [staffId])])];
  await stores.locks.accounts(involved);
  const found = await stores.accounts.byIds(involved);
  return { account: found.get(id) ?? null, staff: staffId === null ? undefined : found.get(staffId) };
}

/** Accounts as subjects of moderation: labels, limits and suspensions. Their content is other subjects. */
export function createAccountSubject(deps: {
  readonly runtime: Runtime;
  readonly roles: RoleTable;
}): SubjectAdapter<Unit, { readonly accounts: AccountReader }> {
  const { runtime, roles } = deps;
  return {
    measures: ['label', 'blur', 'limit', 'suspend'],
    async facts(stores, id, actor = reader) {
      const { account } = await lockForDecision(stores, actor, id);
      return account && factsOf(account);
    },
    async snapshot(readers, ids) {
      const found = await readers.accounts.byIds(ids);
      return new Map(
        [...found].map(([id, account]) => [
          id,
          {
            ...factsOf(account),
            subject: subjectOfAccount(account),
            texts: textsOfAccount(account),
            media: account.avatar === null ? [] : [account.avatar],
            context: null,
          },
        ]),
      );
    },
    async apply(stores, actor, id, ruling) {
      const { account, staff } = await lockForDecision(stores, actor, id);
      if (!account) throw notFound('account');
      requireOutranks(roles, actor, staff, account);
      const measure = await restrict(stores, runtime, actor, restrictedAccount(account), ruling);
      await settleAccount(stores, runtime.clock, actor, account);
      return measure;
    },
    async reverse(stores, actor, measure, end, reason) {
      const { account, staff } = await lockForDecision(stores, actor, measure.subject.id);
      if (account) requireOutranks(roles, actor, staff, account);
      const ended = await endMeasures(stores, runtime, actor, [measure], end, reason);
      if (ended.length === 0) return { changed: false };
      if (account) await settleAccount(stores, runtime.clock, actor, account);
      return { changed: true };
    },
    // An account keeps nothing of its own that would be down: its content is purged as what it is.
    purge: async () => ({ changed: false }),
  };
}
