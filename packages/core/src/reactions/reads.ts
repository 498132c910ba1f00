import { canView, canViewAccount, type RelationFacts } from '../access/index.js';
import type { FollowReader } from '../graph/store.js';
import type { AccountReader } from '../identity/store.js';
import type { AccountSummary } from '../identity/types.js';
import { type Actor, accountOf, viewerOf } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { type Id, idSchema, newestFirst, timeOfId } from '../kernel/ids.js';
import { createCursorCodec, type Page } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import type { Clock } from '../kernel/runtime.js';
import { findTarget, type TargetLookup } from './react.js';
import type { ReactionReader, ReactionTarget, ReactionTargetKind, StoredReaction } from './store.js';
import { KNOWN_CAP, KNOWN_SAMPLE, type KnownReactors, type OwnReaction, type Reactor } from './types.js';

/** What the reads of reactions read. */
export interface ReactionReaders extends TargetLookup {
  readonly reactions: ReactionReader;
  readonly accounts: Pick<AccountReader, 'summaries'>;
  readonly follows: Pick<FollowReader, 'followeesOf'>;
}

/** What the reads of reactions work on. */
export interface ReactionReads {
  readonly readers: ReactionReaders;
  readonly clock: Clock;
}

interface Listing {
  readonly kind?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Up to this many reactions a target's own list is gone through instead of the viewer's follows. */
const FEW = 400;
/** Follows looked up in one go. */
const FOLLOWEES = 1000;
/** Follows looked at, at most: somebody who follows more gets `more: true`. */
const MAX_FOLLOWEES = 5000;

/** @throws post.not_found or comment.not_found unless the viewer sees it */
async function requireTarget(
  { readers, clock }: ReactionReads,
  viewer: Id | null,
  asked: ReactionTarget,
): Promise<ReactionTarget> {
  const found = await findTarget(readers, viewer, asked, clock.now());
  if (!found) throw notFound(asked.kind);
  return found.target;
}

const presentReactor = (reaction: StoredReaction, user: AccountSummary): Reactor => ({
  user,
  kind: reaction.kind,
  reactedAt: timeOfId(reaction.id),
});

/** Who reacted to a target the viewer sees: accounts hidden from the viewer, by a block or by their state, are left out. */
export async function listReactors(
  reads: ReactionReads,
  actor: Actor,
  asked: ReactionTarget,
  input: Listing,
): Promise<Page<Reactor>> {
  const { readers } = reads;
  const viewer = viewerOf(actor);
  const target = await requireTarget(reads, viewer, asked);
  const codec = createCursorCodec(`reactions.of:${target.id}:${input.kind ?? ''}`, idSchema);
  return readPage<Id, StoredReaction, AccountSummary, Reactor>({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    skeleton: (before, limit) => readers.reactions.ofTarget(target.id, { kind: input.kind, before, limit }),
    position: (reaction) => reaction.id,
    hydrate: async (reactions) => {
      const users = [...new Set(reactions.map(({ userId }) => userId))];
      const [relations, summaries] = await Promise.all([
        readers.facts.relations(viewer, users),
        readers.accounts.summaries(users),
      ]);
      return reactions.map(({ userId }) =>
        canViewAccount(relations.get(userId)) ? (summaries.get(userId) ?? null) : null,
      );
    },
    present: (summary, reaction) => presentReactor(reaction, summary),
  });
}

/** The reactions of those the viewer follows, newest first, and whether all of them were looked at. */
async function knownReactions(
  { readers }: ReactionReads,
  viewer: Id,
  targetId: Id,
): Promise<{ readonly reactions: readonly StoredReaction[]; readonly complete: boolean }> {
  const newest = await readers.reactions.ofTarget(targetId, { before: null, limit: FEW + 1 });
  if (newest.length <= FEW) return { reactions: newest, complete: true };
  const reactions: StoredReaction[] = [];
  let after: Id | null = null;
  for (let seen = 0; seen < MAX_FOLLOWEES; seen += FOLLOWEES) {
    const followees = await readers.follows.followeesOf(viewer, { after, limit: FOLLOWEES });
    if (followees.ids.length > 0) reactions.push(...(await readers.reactions.among(targetId, followees.ids)));
    after = followees.next;
    if (after === null) break;
  }
  reactions.sort((a, b) => newestFirst(a.id, b.id));
  return { reactions, complete: after === null };
}

/** Those the viewer follows among who reacted to a target the viewer sees. */
export async function knownReactors(
  reads: ReactionReads,
  actor: Actor,
  asked: ReactionTarget,
): Promise<KnownReactors> {
  const { readers } = reads;
  const viewer = accountOf(actor);
  const target = await requireTarget(reads, viewer, asked);
  const { reactions, complete } = await knownReactions(reads, viewer, target.id);
  const newestOf = new Map<Id, StoredReaction>();
  for (const reaction of reactions)
    if (!newestOf.has(reaction.userId)) newestOf.set(reaction.userId, reaction);
  const candidates = [...newestOf.keys()].slice(0, KNOWN_CAP + 1);
  const relations = await readers.facts.relations(viewer, candidates);
  const follows = (facts: RelationFacts | undefined) => canViewAccount(facts) && facts.follows;
  const known = candidates.filter((id) => follows(relations.get(id)));
  const sampled = known.slice(0, KNOWN_SAMPLE);
  const summaries = await readers.accounts.summaries(sampled);
  return {
    sample: sampled.flatMap((id) => {
      const [summary, reaction] = [summaries.get(id), newestOf.get(id)];
      return summary && reaction ? [presentReactor(reaction, summary)] : [];
    }),
    count: Math.min(known.length, KNOWN_CAP),
    more: !complete || newestOf.size > KNOWN_CAP,
  };
}

/** What an account reacted to itself; what it may not see any more is left out. */
export async function ownReactions(
  { readers, clock }: ReactionReads,
  actor: Actor,
  input: Listing & { readonly targetKind?: ReactionTargetKind | undefined },
): Promise<Page<OwnReaction>> {
  const userId = accountOf(actor);
  const codec = createCursorCodec(
    `reactions.mine:${userId}:${input.kind ?? ''}:${input.targetKind ?? ''}`,
    idSchema,
  );
  return readPage<Id, StoredReaction, StoredReaction, OwnReaction>({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    skeleton: (before, limit) =>
      readers.reactions.ofUser(userId, { kind: input.kind, targetKind: input.targetKind, before, limit }),
    position: (reaction) => reaction.id,
    hydrate: async (reactions) => {
      const idsOf = (kind: ReactionTargetKind) => [
        ...new Set(reactions.filter(({ targetKind }) => targetKind === kind).map(({ targetId }) => targetId)),
      ];
      const [posts, comments] = await Promise.all([
        readers.facts.posts(userId, idsOf('post')),
        readers.facts.comments(userId, idsOf('comment')),
      ]);
      const now = clock.now();
      return reactions.map((reaction) => {
        const facts = (reaction.targetKind === 'post' ? posts : comments).get(reaction.targetId);
        return canView(facts, now) ? reaction : null;
      });
    },
    present: ({ id, targetKind, targetId, kind }) => ({
      targetKind,
      targetId,
      kind,
      reactedAt: timeOfId(id),
    }),
  });
}
