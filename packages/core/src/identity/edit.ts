import { isDeepStrictEqual } from 'node:util';
import {
  contentGateActor,
  endMeasures,
  holding,
  isOfGate,
  referenceOf,
  requireActive,
  restrictByGate,
} from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, notFound, SocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Handlers } from '../kernel/operation.js';
import type { IdentityContext } from './context.js';
import { mergeCustom, requirePastDate } from './fields.js';
import { invalidHandle } from './handle.js';
import type { IdentityOperations } from './operations.js';
import { presentAccount } from './present.js';
import { forgetProfiles } from './profile-cache.js';
import { restrictedAccount, subjectOfAccount } from './restrict.js';
import { reviewProfile } from './review.js';
import { requireOutranks } from './roles.js';
import type { AccountChanges, AccountStore } from './store.js';
import type { Account } from './types.js';

type Ops = Handlers<IdentityOperations>;
type Edit = Omit<Parameters<Ops['editAccount']>[1], 'userId' | 'allowReserved' | 'reason'>;

/** What an edit changes in an account as it stands: the columns, and their names for the event. */
function changesOf(account: Account, edit: Edit): { changes: AccountChanges; fields: string[] } {
  const { handle: _handle, custom, fieldVisibility, ...plain } = edit;
  const wanted: AccountChanges = {
    ...(Object.fromEntries(
      Object.entries(plain).filter(([, value]) => value !== undefined),
    ) as AccountChanges),
    ...(custom === undefined ? {} : { custom: mergeCustom(account.custom, custom) }),
    ...(fieldVisibility === undefined
      ? {}
      : { fieldVisibility: { ...account.fieldVisibility, ...fieldVisibility } }),
  };
  const changes = Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => !isDeepStrictEqual(value, account[name as keyof Account]),
    ),
  ) as AccountChanges;
  const fields = Object.keys(changes).flatMap((name) =>
    name === 'custom'
      ? Object.keys(custom ?? {})
          .filter((key) => !isDeepStrictEqual(account.custom[key], changes.custom?.[key]))
          .map((key) => `custom.${key}`)
      : [name],
  );
  return { changes, fields };
}

const READ_BY_PEOPLE: ReadonlySet<string> = new Set([
  'handle',
  'displayName',
  'firstName',
  'lastName',
  'bio',
  'avatar',
  'location',
  'gender',
  'custom',
]);

interface EditCall {
  readonly actor: Actor;
  readonly targetId: Id;
  readonly edit: Edit;
  readonly allowReserved: boolean;
  /** Null for an edit of one's own account. */
  readonly audit: { readonly action: string; readonly reason: string | null } | null;
}

/** How often an edit is reviewed again because the account changed under it. */
const ATTEMPTS = 4;

/** What a rename means for the handles that were given up: the new one may be kept for another, the old one is kept from now on. */
async function passOn(
  { handles }: IdentityContext,
  accounts: AccountStore,
  { targetId, allowReserved }: EditCall,
  { account, skeleton, now }: { readonly account: Account; readonly skeleton: string; readonly now: number },
): Promise<void> {
  const kept = await accounts.releasedBy(skeleton, now);
  if (kept !== null && kept !== targetId && !allowReserved)
    throw conflict('handle.taken', 'this handle, or one that looks like it, is taken');
  if (skeleton !== account.handleSkeleton && handles.keepReleasedMs > 0)
    await accounts.keepReleased(account.handleSkeleton, targetId, now + handles.keepReleasedMs);
}

/**
 * The one way profile, handle and settings change. The gate reviews the whole profile as it will read, before the
 * transaction; a revision that moved meanwhile means that something else was reviewed, so it starts over.
 */
async function applyEdit(context: IdentityContext, call: EditCall) {
  const { actor, targetId, edit } = call;
  const { runtime, handles, fields: profileFields } = context;
  requirePastDate(edit.birthDate, runtime.clock.now());
  const name = edit.handle === undefined ? null : handles.parse(edit.handle);
  if (name?.handle === null) throw invalidHandle(name.reason);

  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const seen = (await context.readers.accounts.byIds([targetId])).get(targetId);
    if (!seen) throw notFound('account');
    const renamed = name !== null && name.handle !== seen.handle;
    if (renamed && !call.allowReserved && handles.isReserved(name.skeleton))
      throw conflict('handle.reserved', 'this handle, or one that looks like it, is reserved');
    const { changes, fields } = changesOf(seen, edit);
    if (renamed) fields.push('handle');
    const reviewed = renamed || Object.keys(changes).some((field) => READ_BY_PEOPLE.has(field));
    const next = { ...seen, ...changes, ...(renamed ? { handle: name.handle } : {}) };
    const verdict = reviewed
      ? await reviewProfile(context.gate, next, { id: targetId, isNew: false })
      : ({ decision: 'allow' } as const);
    const label = verdict.decision === 'blur' ? verdict.label : null;

    const outcome = await context.unitOfWork.transact(async (stores) => {
      const staffId = call.audit && actor.kind === 'staff' ? accountOf(actor) : null;
      const locked = staffId === null ? [targetId] : [targetId, staffId];
      await stores.locks.accounts(locked);
      const found = await stores.accounts.byIds(locked);
      const account = found.get(targetId);
      if (call.audit)
        requireOutranks(context.roles, actor, staffId === null ? undefined : found.get(staffId), account);
      else {
        const self = (await stores.facts.relations(targetId, [targetId])).get(targetId);
        requireActive(self);
        if (!account) throw notFound('account');
      }
      if (account.revision !== seen.revision) return null;
      if (fields.length === 0) return account;

      const labelled: AccountChanges =
        label !== null && account.labelSource !== 'staff'
          ? { label, labelSource: 'gate' }
          : reviewed && account.labelSource === 'gate'
            ? { label: null, labelSource: null }
            : {};
      const now = runtime.clock.now();
      const all = { ...changes, ...labelled };
      let revision = account.revision;
      if (Object.keys(all).length > 0)
        revision = (await stores.accounts.update(targetId, all, now)) ?? revision;
      if (renamed)
        revision = await stores.accounts.rename(
          targetId,
          { handle: name.handle, skeleton: name.skeleton },
          now,
        );
      if (renamed) await passOn(context, stores.accounts, call, { account, skeleton: name.skeleton, now });
      if ('label' in labelled) {
        const held = await holding(stores, subjectOfAccount(account), ['blur']);
        await endMeasures(stores, runtime, contentGateActor, held.filter(isOfGate), 'replaced');
        await restrictByGate(stores, runtime, restrictedAccount({ ...account, revision }), verdict);
      }
      const labelChanged = 'label' in labelled && labelled.label !== account.label;
      await stores.outbox.append({
        type: 'account.updated',
        actor,
        payload: {
          accountId: targetId,
          revision,
          fields: labelChanged ? [...fields, 'label'] : fields,
          ...referenceOf(verdict),
        },
      });
      if (changes.isPrivate !== undefined)
        await stores.outbox.append({
          type: 'account.privacy_changed',
          actor,
          payload: { accountId: targetId, isPrivate: changes.isPrivate },
        });
      if (call.audit)
        await stores.audit.append({
          actor,
          action: call.audit.action,
          subject: { kind: 'account', id: targetId },
          details: { fields, reason: call.audit.reason },
        });
      return (await stores.accounts.byIds([targetId])).get(targetId) ?? account;
    });
    if (!outcome) continue;
    await forgetProfiles(context.cache, [targetId]);
    return presentAccount(profileFields, outcome);
  }
  throw new SocialError('conflict', 'account.changed_meanwhile', 'this account keeps changing; try again', {
    retryable: true,
  });
}

const own = (actor: Actor, edit: Edit): EditCall => ({
  actor,
  targetId: accountOf(actor),
  edit,
  allowReserved: false,
  audit: null,
});

export const updateProfile =
  (context: IdentityContext): Ops['updateProfile'] =>
  (actor, input) =>
    applyEdit(context, own(actor, input));

export const changeHandle =
  (context: IdentityContext): Ops['changeHandle'] =>
  (actor, input) =>
    applyEdit(context, own(actor, input));

export const updateSettings =
  (context: IdentityContext): Ops['updateSettings'] =>
  (actor, input) =>
    applyEdit(context, own(actor, input));

export const editAccount =
  (context: IdentityContext): Ops['editAccount'] =>
  (actor, { userId, allowReserved, reason, ...edit }) =>
    applyEdit(context, {
      actor,
      targetId: userId,
      edit,
      allowReserved,
      audit: { action: 'identity.editAccount', reason },
    });
