import { referenceOf, restrictByGate } from '../access/index.js';
import { type Actor, accountOf, viewerOf } from '../kernel/actor.js';
import { conflict } from '../kernel/errors.js';
import { actorIdOf } from '../kernel/events.js';
import { once } from '../kernel/idempotency.js';
import type { Handlers } from '../kernel/operation.js';
import type { IdentityContext } from './context.js';
import { mergeCustom, requirePastDate } from './fields.js';
import { invalidHandle } from './handle.js';
import type { IdentityOperations } from './operations.js';
import { presentAccount } from './present.js';
import { restrictedAccount } from './restrict.js';
import { reviewProfile } from './review.js';
import { DEFAULT_ROLE } from './roles.js';
import type { Account } from './types.js';

type Creation = Omit<Parameters<Handlers<IdentityOperations>['register']>[1], 'idempotencyKey'>;

const takenHandle = () => conflict('handle.taken', 'this handle, or one that looks like it, is taken');

/** A new account, and what the gate said about it. */
interface Draft {
  readonly account: Account;
  readonly verdict: Awaited<ReturnType<typeof reviewProfile>>;
}

/** A new account as it will be stored, reviewed by the gate. */
async function draftAccount(context: IdentityContext, input: Creation): Promise<Draft> {
  const { runtime, handles } = context;
  const now = runtime.clock.now();
  const parsed = handles.parse(input.handle);
  if (parsed.handle === null) throw invalidHandle(parsed.reason);
  if (!input.allowReserved && handles.isReserved(parsed.skeleton))
    throw conflict('handle.reserved', 'this handle, or one that looks like it, is reserved');
  requirePastDate(input.birthDate, now);
  const account: Account = {
    id: runtime.ids.next(),
    externalId: input.externalId,
    handle: parsed.handle,
    handleSkeleton: parsed.skeleton,
    displayName: input.displayName ?? parsed.handle,
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    bio: input.bio ?? '',
    avatar: input.avatar ?? null,
    verifiedIssuer: null,
    verifiedAt: null,
    location: input.location ?? null,
    birthDate: input.birthDate ?? null,
    gender: input.gender ?? null,
    fieldVisibility: input.fieldVisibility ?? {},
    custom: mergeCustom({}, input.custom ?? {}),
    isPrivate: input.isPrivate ?? false,
    discoverable: input.discoverable ?? true,
    role: DEFAULT_ROLE,
    state: 'active',
    stateReason: null,
    resumeState: null,
    label: null,
    labelSource: null,
    followerCount: 0,
    followingCount: 0,
    friendCount: 0,
    postCount: 0,
    lastPostId: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  const verdict = await reviewProfile(context.gate, account, { id: account.id, isNew: true });
  return verdict.decision === 'blur'
    ? { account: { ...account, label: verdict.label, labelSource: 'gate' }, verdict }
    : { account, verdict };
}

type Stores = Parameters<Parameters<IdentityContext['unitOfWork']['transact']>[0]>[0];

/** Writes the account and says so; null when its external id has an account already. */
async function insertAccount(
  { runtime }: Pick<IdentityContext, 'runtime'>,
  stores: Stores,
  actor: Actor,
  { account, verdict }: Draft,
  { action, allowReserved }: { readonly action: string; readonly allowReserved: boolean },
) {
  const outcome = await stores.accounts.insert(account);
  if (outcome === 'handle_taken') throw takenHandle();
  if (outcome === 'external_id_taken') return null;
  // After the insert, which waited for whoever held the handle: what he gave up a moment ago is known by now.
  const kept = await stores.accounts.releasedBy(account.handleSkeleton, account.createdAt);
  if (kept !== null && !allowReserved) throw takenHandle();
  await restrictByGate(stores, runtime, restrictedAccount(account), verdict);
  await stores.outbox.append({
    type: 'account.created',
    actor,
    payload: { accountId: account.id, ...referenceOf(verdict) },
  });
  // The platform makes accounts all day, and the event says so; a person who does it is on record.
  if (actor.kind === 'staff')
    await stores.audit.append({
      actor,
      action,
      subject: { kind: 'account', id: account.id },
      details: { externalId: account.externalId, by: accountOf(actor) },
    });
  return account;
}

/** Get or create, safe under any number of concurrent first sights of one user. */
export const ensure =
  (context: IdentityContext): Handlers<IdentityOperations>['ensure'] =>
  async (actor, input) => {
    const known = await context.readers.accounts.byExternalId(input.externalId);
    if (known) return { account: presentAccount(context.fields, known), created: false };
    const draft = await draftAccount(context, input);
    return context.unitOfWork.transact(async (stores) => {
      const inserted = await insertAccount(context, stores, actor, draft, {
        action: 'identity.ensure',
        allowReserved: input.allowReserved,
      });
      const account = inserted ?? (await stores.accounts.byExternalId(input.externalId)) ?? draft.account;
      return { account: presentAccount(context.fields, account), created: inserted !== null };
    });
  };

/** Creates, and refuses a second account of one user. */
export const register =
  (context: IdentityContext): Handlers<IdentityOperations>['register'] =>
  async (actor, input) => {
    const draft = await draftAccount(context, input);
    return context.unitOfWork.transact((stores) =>
      once(
        {
          store: stores.idempotency,
          actorId: actorIdOf(actor),
          operation: 'identity.register',
          input,
          now: context.runtime.clock.now(),
        },
        async () => {
          const inserted = await insertAccount(context, stores, actor, draft, {
            action: 'identity.register',
            allowReserved: input.allowReserved,
          });
          if (!inserted)
            throw conflict('account.external_id_taken', 'this external id has an account already');
          return presentAccount(context.fields, inserted);
        },
      ),
    );
  };

/** Whether a handle is free right now; taking it may still fail a moment later. */
export const checkHandle =
  (context: IdentityContext): Handlers<IdentityOperations>['checkHandle'] =>
  async (actor, input) => {
    const parsed = context.handles.parse(input.handle);
    if (parsed.handle === null) return { handle: null, available: false, reason: 'invalid' as const };
    const { handle, skeleton } = parsed;
    if (context.handles.isReserved(skeleton))
      return { handle, available: false, reason: 'reserved' as const };
    const { accounts } = context.readers;
    const kept = await accounts.releasedBy(skeleton, context.runtime.clock.now());
    const taken = (kept !== null && kept !== viewerOf(actor)) || (await accounts.handleTaken(skeleton, null));
    return taken
      ? { handle, available: false, reason: 'taken' as const }
      : { handle, available: true, reason: null };
  };
