import { canViewAccount, type RelationFacts } from '../access/index.js';
import { type Actor, accountOf, viewerOf } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { type Id, idSchema } from '../kernel/ids.js';
import type { Handlers } from '../kernel/operation.js';
import { createCursorCodec } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import type { IdentityContext } from './context.js';
import { pickFields, seesField } from './fields.js';
import type { IdentityOperations, Profile } from './operations.js';
import { type PublicProfile, presentAccount, presentViewer, publicProfile } from './present.js';
import { cachedProfiles } from './profile-cache.js';
import type { Account } from './types.js';

type Ops = Handlers<IdentityOperations>;

/** Profiles by id as one viewer sees them; what he may not see is absent. */
async function readProfiles(
  context: IdentityContext,
  actor: Actor,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, Profile>> {
  const { readers, fields, cache } = context;
  const viewer = viewerOf(actor);
  const relations = await readers.facts.relations(viewer, ids);
  const visible = ids.filter((id) => canViewAccount(relations.get(id)));
  if (visible.length === 0) return new Map();

  const full = new Map<Id, Account>();
  const load = async (wanted: readonly Id[]) => {
    const accounts = await readers.accounts.byIds(wanted);
    for (const [id, account] of accounts) full.set(id, account);
    return new Map([...accounts].map(([id, account]) => [id, publicProfile(fields, account)] as const));
  };
  const [profiles, requests] = await Promise.all([
    cache ? cachedProfiles(cache, visible, load) : load(visible),
    viewer === null ? null : readers.facts.requests(viewer, visible),
  ]);

  // Fields for followers, friends or the owner are never cached: whoever may see some gets them from the store.
  const close = (facts: RelationFacts) => facts.self || facts.follows || facts.friends;
  const lacking = visible.filter((id) => {
    const facts = relations.get(id);
    return profiles.get(id)?.hasMore && facts && close(facts) && !full.has(id);
  });
  if (lacking.length > 0) await load(lacking);

  const presented = new Map<Id, Profile>();
  for (const id of visible) {
    const relation = relations.get(id);
    const profile = profiles.get(id);
    if (!relation || !profile) continue;
    presented.set(id, {
      ...presentFields(context, relation, profile, close(relation) ? full.get(id) : undefined),
      viewer: presentViewer(relation, requests?.get(id)),
    });
  }
  return presented;
}

function presentFields(
  context: IdentityContext,
  relation: RelationFacts,
  { hasMore: _hasMore, ...profile }: PublicProfile,
  full: Account | undefined,
): Omit<Profile, 'viewer'> {
  const sees = seesField(relation);
  if (full) return { ...profile, isPrivate: relation.isPrivate, ...pickFields(context.fields, full, sees) };
  if (sees('public')) return { ...profile, isPrivate: relation.isPrivate };
  return {
    ...profile,
    isPrivate: relation.isPrivate,
    firstName: null,
    lastName: null,
    location: null,
    birthDate: null,
    gender: null,
    custom: {},
  };
}

const one = async (context: IdentityContext, actor: Actor, id: Id): Promise<Profile> => {
  const profile = (await readProfiles(context, actor, [id])).get(id);
  if (!profile) throw notFound('account');
  return profile;
};

export const get =
  (context: IdentityContext): Ops['get'] =>
  (actor, { userId }) =>
    one(context, actor, userId);

const idsOfHandles = async (context: IdentityContext, spellings: readonly string[]): Promise<Id[]> => {
  const handles = spellings.flatMap((text) => context.handles.parse(text).handle ?? []);
  if (handles.length === 0) return [];
  const found = await context.readers.accounts.idsByHandles([...new Set(handles)]);
  return handles.flatMap((handle) => found.get(handle) ?? []);
};

export const byHandle =
  (context: IdentityContext): Ops['byHandle'] =>
  async (actor, { handle }) => {
    const [id] = await idsOfHandles(context, [handle]);
    if (id === undefined) throw notFound('account');
    return one(context, actor, id);
  };

export const getMany =
  (context: IdentityContext): Ops['getMany'] =>
  async (actor, { ids, handles }) => {
    const wanted = [...new Set([...ids, ...(await idsOfHandles(context, handles))])];
    const profiles = await readProfiles(context, actor, wanted);
    return { items: wanted.flatMap((id) => profiles.get(id) ?? []) };
  };

const whole = async (context: IdentityContext, id: Id) => {
  const account = (await context.readers.accounts.byIds([id])).get(id);
  if (!account) throw notFound('account');
  return presentAccount(context.fields, account);
};

export const me =
  (context: IdentityContext): Ops['me'] =>
  (actor) =>
    whole(context, accountOf(actor));

export const inspect =
  (context: IdentityContext): Ops['inspect'] =>
  (_actor, { userId }) =>
    whole(context, userId);

export const auditLog =
  (context: IdentityContext): Ops['auditLog'] =>
  (_actor, { userId, limit, cursor }) => {
    const codec = createCursorCodec(`identity.auditLog ${userId}`, idSchema);
    return readPage({
      limit,
      after: codec.decode(cursor),
      codec,
      skeleton: (after, count) =>
        context.readers.audit.bySubject(
          { kind: 'account', id: userId },
          { ...(after === null ? {} : { after }), limit: count },
        ),
      position: (row) => row.id,
      hydrate: async (rows) => rows,
      present: ({ id, actorId, action, at, details }) => ({
        id,
        actorId,
        action,
        at,
        details: { ...details },
      }),
    });
  };
