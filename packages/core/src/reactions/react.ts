import type { ContentFacts, FactsReader } from '../access/index.js';
import { canView, isLive, requireActive } from '../access/index.js';
import type { CounterDelta, CounterWriter } from '../counters/store.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { PostReader } from '../posts/store.js';
import type { KernelStores } from '../stores.js';
import type { ReactionSettings } from './settings.js';
import type { ReactionReader, ReactionTarget, ReactionWriter } from './store.js';
import type { Reacted } from './types.js';

/** What giving and taking back reactions needs of a unit of work. */
export type ReactStores = Pick<KernelStores, 'outbox' | 'facts' | 'locks'> & {
  readonly reactions: ReactionReader & ReactionWriter;
  readonly counters: CounterWriter;
  readonly posts: Pick<PostReader, 'aliases'>;
};

/** What giving and taking back reactions works on. */
export interface ReactDeps {
  readonly unitOfWork: UnitOfWork<ReactStores>;
  readonly runtime: Runtime;
  readonly settings: ReactionSettings;
}

/** What a target turns out to be for a viewer. */
export interface FoundTarget {
  readonly target: ReactionTarget;
  readonly facts: ContentFacts;
}

/** What finding a target reads. */
export interface TargetLookup {
  readonly facts: FactsReader;
  readonly posts: Pick<PostReader, 'aliases'>;
}

async function factsOf(
  { facts, posts }: TargetLookup,
  viewer: Id | null,
  { kind, id }: ReactionTarget,
): Promise<ContentFacts | undefined> {
  if (kind === 'comment') return (await facts.comments(viewer, [id])).get(id);
  const found = (await facts.posts(viewer, [id])).get(id);
  if (found) return found;
  const published = (await posts.aliases([id])).get(id);
  return published === undefined ? undefined : (await facts.posts(viewer, [published])).get(published);
}

/**
 * Looks a target up for a viewer; the id a post had as a draft finds it too. A plain repost has no reactions of its own:
 * the target is then its original.
 * @returns undefined when there is nothing the viewer may know of
 */
export async function findTarget(
  lookup: TargetLookup,
  viewer: Id | null,
  asked: ReactionTarget,
  now: number,
): Promise<FoundTarget | undefined> {
  const found = await factsOf(lookup, viewer, asked);
  if (!canView(found, now)) return undefined;
  const meant = asked.kind === 'post' ? (found.container ?? found) : found;
  return { target: { kind: asked.kind, id: meant.id }, facts: meant };
}

const counted = (target: ReactionTarget, kind: string, delta: 1 | -1): CounterDelta => ({
  subject: target.kind,
  id: target.id,
  counter: `reaction:${kind}`,
  delta,
});

/** Locks the target's row, in front of which everybody who changes its reactions waits. */
const lockTarget = ({ locks }: ReactStores, target: ReactionTarget): Promise<void> =>
  target.kind === 'post' ? locks.posts([target.id]) : locks.comments([target.id]);

/**
 * Gives a reaction. Where reactions are exclusive, one of another kind is taken back in the same breath.
 *
 * @returns `changed: false` when the actor already had given it
 * @throws post.not_found or comment.not_found unless the actor sees the target, post.not_live or comment.not_live
 * (conflict) for what is not published, reaction.unknown_kind (validation)
 */
export async function addReaction(
  { unitOfWork, runtime, settings }: ReactDeps,
  actor: Actor,
  asked: ReactionTarget,
  askedKind: string | undefined,
): Promise<Reacted> {
  const userId = accountOf(actor);
  const kind = settings.kindOf(askedKind);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const look = async (): Promise<FoundTarget> => {
      const found = await findTarget(stores, userId, asked, now);
      if (!found) throw notFound(asked.kind);
      return found;
    };
    // What a repost is of, and who wrote it, never changes: that much can be read before the locks it names.
    const { target, facts: seen } = await look();
    await stores.locks.pairShared([[userId, seen.author.accountId]]);
    await lockTarget(stores, target);
    const { facts } = await look();
    requireActive((await stores.facts.relations(userId, [userId])).get(userId));
    if (!isLive(facts, now))
      throw conflict(
        `${target.kind}.not_live`,
        `this ${target.kind} is not published: it takes no reactions`,
      );

    const given = await stores.reactions.among(target.id, [userId]);
    const held = given.map((reaction) => reaction.kind);
    if (held.includes(kind)) return { changed: false, reacted: [...held].sort() };
    const replaced = settings.exclusive ? given : [];
    for (const other of replaced) await stores.reactions.remove(target, userId, other.kind);
    const reactionId = runtime.ids.next();
    await stores.reactions.insert({
      id: reactionId,
      targetKind: target.kind,
      targetId: target.id,
      userId,
      kind,
    });
    await stores.counters.add([
      ...replaced.map((other) => counted(target, other.kind, -1)),
      counted(target, kind, 1),
    ]);
    const about = { targetKind: target.kind, targetId: target.id, userId } as const;
    for (const other of replaced)
      await stores.outbox.append({
        type: 'reaction.removed',
        actor,
        payload: { ...about, reactionId: other.id, kind: other.kind },
      });
    await stores.outbox.append({
      type: 'reaction.added',
      actor,
      payload: { ...about, reactionId, kind, authorId: facts.author.accountId },
    });
    return { changed: true, reacted: [...(settings.exclusive ? [] : held), kind].sort() };
  });
}

/**
 * Takes back the actor's reaction of one kind, or all of them. It is the actor's own, so it works whatever became of
 * the target, and says nothing about the target: one that does not exist gives `changed: false`.
 */
export async function removeReaction(
  { unitOfWork, runtime }: ReactDeps,
  actor: Actor,
  asked: ReactionTarget,
  kind: string | undefined,
): Promise<Reacted> {
  const userId = accountOf(actor);
  return unitOfWork.transact(async (stores) => {
    requireActive((await stores.facts.relations(userId, [userId])).get(userId));
    const found = await findTarget(stores, userId, asked, runtime.clock.now());
    const target = found?.target ?? asked;
    await lockTarget(stores, target);
    const given = await stores.reactions.among(target.id, [userId]);
    const held = given.map((reaction) => reaction.kind);
    const removed =
      kind === undefined || held.includes(kind)
        ? await stores.reactions.remove(target, userId, kind ?? null)
        : [];
    if (removed.length > 0) {
      await stores.counters.add(removed.map((gone) => counted(target, gone, -1)));
      for (const gone of given.filter((reaction) => removed.includes(reaction.kind)))
        await stores.outbox.append({
          type: 'reaction.removed',
          actor,
          payload: {
            reactionId: gone.id,
            targetKind: target.kind,
            targetId: target.id,
            userId,
            kind: gone.kind,
          },
        });
    }
    return {
      changed: removed.length > 0,
      reacted: held.filter((other) => !removed.includes(other)).sort(),
    };
  });
}
