import { createHash } from 'node:crypto';
import {
  type AccountState,
  isOfGate,
  type Measure,
  type RestrictionKind,
  type RestrictionStores,
  type SubjectRef,
} from '../access/index.js';
import type { Actor } from '../kernel/actor.js';
import { conflict } from '../kernel/errors.js';
import type { Clock } from '../kernel/runtime.js';
import { requireMove } from './states.js';
import type { AccountStore } from './store.js';
import type { Account, ResumeState } from './types.js';

/** What restricting accounts needs of a unit of work. */
export type AccountUnit = RestrictionStores & { readonly accounts: AccountStore };

/** An account as a subject of moderation. */
export const subjectOfAccount = (account: Pick<Account, 'id'>): SubjectRef => ({
  kind: 'account',
  id: account.id,
});

/** What is put on record of an account that is restricted. */
export const restrictedAccount = (account: Pick<Account, 'id' | 'revision' | 'createdAt'>) => ({
  subject: subjectOfAccount(account),
  authorId: account.id,
  revision: account.revision,
  contentAt: account.createdAt,
});

/** The texts of a profile that people read. */
export const textsOfAccount = (account: Account): Record<string, string> =>
  Object.fromEntries(
    (['handle', 'displayName', 'firstName', 'lastName', 'bio', 'location', 'gender'] as const).flatMap(
      (field) => {
        const text = account[field];
        return text === null || text === '' ? [] : [[field, text]];
      },
    ),
  );

/** SHA-256 of what a profile says, hex. */
export const contentHashOfAccount = (account: Account): string =>
  createHash('sha256')
    .update(JSON.stringify([textsOfAccount(account), account.avatar, account.custom]))
    .digest('hex');

/** The measure a state stands for. */
export const MEASURE_OF_STATE = { limited: 'limit', suspended: 'suspend' } as const satisfies Partial<
  Record<AccountState, RestrictionKind>
>;

/** The state that measures ask for. */
const stateAskedBy = (measures: readonly Measure[]): ResumeState =>
  measures.some(({ kind }) => kind === 'suspend')
    ? 'suspended'
    : measures.some(({ kind }) => kind === 'limit')
      ? 'limited'
      : 'active';

/** The state of an account as far as staff decide it: somebody who left comes back to it. */
export const ruledState = ({ state, resumeState }: Account): ResumeState =>
  state === 'deactivated' ? (resumeState ?? 'active') : state;

/**
 * Moves a locked account by a decision. Somebody who left stays away, and comes back to what was decided meanwhile.
 * @returns false when it is there already
 * @throws account.illegal_state_change, account.changed_meanwhile (conflict)
 */
export async function moveAccount(
  stores: AccountUnit,
  clock: Clock,
  actor: Actor,
  account: Account,
  to: ResumeState,
  reason: string | null,
): Promise<boolean> {
  const from = ruledState(account);
  if (from === to) return false;
  requireMove(from, to, 'staff');
  const away = account.state === 'deactivated';
  const move = away
    ? { from: account.state, to: account.state, reason, resumeState: to }
    : { from: account.state, to, reason, resumeState: null };
  if (!(await stores.accounts.moveState(account.id, move, clock.now())))
    throw conflict('account.changed_meanwhile', 'this account changed meanwhile; try again');
  if (!away)
    await stores.outbox.append({
      type: 'account.state_changed',
      actor,
      payload: { accountId: account.id, from: account.state, to },
    });
  return true;
}

/** Leaves on a locked account what the measures ask for that still hold: its state, and its label. */
export async function settleAccount(
  stores: AccountUnit,
  clock: Clock,
  actor: Actor,
  account: Account,
): Promise<void> {
  const measures = await stores.measures.active(subjectOfAccount(account));
  const asked = stateAskedBy(measures);
  const deciding = measures.findLast(({ kind }) => asked !== 'active' && kind === MEASURE_OF_STATE[asked]);
  await moveAccount(stores, clock, actor, account, asked, deciding?.grounds.explanation ?? null);
  const labelled = measures.findLast(({ kind }) => kind === 'label' || kind === 'blur');
  const label = labelled?.label ?? null;
  if (label === account.label) return;
  const source = labelled && (isOfGate(labelled) ? ('gate' as const) : ('staff' as const));
  const changes = { label, labelSource: source ?? null };
  const revision = await stores.accounts.update(account.id, changes, clock.now());
  await stores.outbox.append({
    type: 'account.updated',
    actor,
    payload: { accountId: account.id, revision: revision ?? account.revision, fields: ['label'] },
  });
}
