import { CACHE_TTL_MS, type Cache } from '../kernel/cache.js';
import type { AnyEvent, EventType } from '../kernel/events.js';
import type { Id } from '../kernel/ids.js';
import type { Subscriber } from '../kernel/outbox.js';
import type { PublicProfile } from './present.js';

const NAMESPACE = 'profile';
/** Keeps what does not exist out of the cache; one for all, so that callers sharing a load know it. */
const GONE = new Error('no such account');

/** Makes the next read of these profiles come from the store. */
export const forgetProfiles = async (cache: Cache | undefined, ids: readonly Id[]): Promise<void> => {
  await cache?.invalidate(NAMESPACE, ids);
};

/** Loads public profiles in one batch; missing accounts are absent. */
export type LoadProfiles = (ids: readonly Id[]) => Promise<ReadonlyMap<Id, PublicProfile>>;

/**
 * Public profiles through the cache. What is missing is loaded in one query, which begins only after every miss has
 * been announced to the cache: an invalidation that arrives meanwhile keeps the loaded value from being stored.
 */
export async function cachedProfiles(
  cache: Cache,
  ids: readonly Id[],
  load: LoadProfiles,
): Promise<ReadonlyMap<Id, PublicProfile>> {
  const found = new Map<Id, PublicProfile>();
  const held = await cache.getMany(NAMESPACE, ids);
  for (const [id, text] of held) found.set(id, JSON.parse(text) as PublicProfile);

  let waiting: { readonly ids: Id[]; readonly loaded: Promise<ReadonlyMap<Id, PublicProfile>> } | null = null;
  const join = (id: Id) => {
    if (!waiting) {
      const batch: Id[] = [];
      const loaded = new Promise<void>((begin) => setImmediate(begin)).then(() => {
        waiting = null;
        return load(batch);
      });
      waiting = { ids: batch, loaded };
    }
    waiting.ids.push(id);
    return waiting.loaded;
  };

  await Promise.all(
    ids
      .filter((id) => !found.has(id))
      .map(async (id) => {
        try {
          const text = await cache.fetch(NAMESPACE, id, CACHE_TTL_MS.profile, async () => {
            const profile = (await join(id)).get(id);
            if (!profile) throw GONE;
            return JSON.stringify(profile);
          });
          found.set(id, JSON.parse(text) as PublicProfile);
        } catch (error) {
          if (error !== GONE) throw error;
        }
      }),
  );
  return found;
}

/** Events after which a cached profile (its texts or its counts) is out of date. */
const PROFILE_EVENTS = [
  'account.updated',
  'account.state_changed',
  'account.privacy_changed',
  'follow.accepted',
  'follow.removed',
  'friendship.accepted',
  'friendship.removed',
  'post.published',
  'post.deleted',
  'post.held',
  'post.flagged',
  'post.released',
] as const satisfies readonly EventType[];

const ACCOUNT_KEYS = ['accountId', 'followerId', 'followeeId', 'userId', 'friendId', 'authorId'];

/** The accounts whose profile an event puts out of date. */
export const staleProfilesOf = (event: AnyEvent): readonly Id[] => {
  if (!(PROFILE_EVENTS as readonly string[]).includes(event.type)) return [];
  const payload = event.payload as unknown as Readonly<Record<string, unknown>>;
  return ACCOUNT_KEYS.map((key) => payload[key]).filter((id): id is Id => typeof id === 'string');
};

/**
 * Keeps cached profiles fresh whoever wrote. The wiring also calls {@link staleProfilesOf} from its commit listener, so
 * that this process never waits for a delivery to see its own writes.
 */
export const createProfileCacheSubscriber = (cache: Cache): Subscriber => ({
  name: 'identity.profile_cache',
  types: PROFILE_EVENTS,
  handle: (event) => cache.invalidate(NAMESPACE, staleProfilesOf(event)),
});
