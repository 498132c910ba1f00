import { canAct, canComment, type FactsReader, isLive, type RelationFacts } from '../access/index.js';
import type { AccountReader } from '../identity/store.js';
import type { AccountSummary } from '../identity/types.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import type { ReactionReader } from '../reactions/store.js';
import type { ThreadNode } from './levels.js';
import type { CommentView } from './types.js';

/** What presenting comments reads. */
export interface PresentReaders {
  readonly facts: FactsReader;
  readonly accounts: Pick<AccountReader, 'summaries'>;
  readonly reactions: Pick<ReactionReader, 'own'>;
}

/** Makes the view of a comment. @param replies what the listing brought along below it */
export type Presenter = (node: ThreadNode, replies: CommentView['replies']) => CommentView;

const NOTHING_ALLOWED: CommentView['viewer'] = Object.freeze({
  reacted: [],
  canReact: false,
  canReply: false,
  canEdit: false,
  canDelete: false,
  canHide: false,
  canPin: false,
});

/** Loads, in one batch each, whatever the views of these comments need besides themselves. */
export async function createPresenter(
  readers: PresentReaders,
  viewer: Id | null,
  nodes: readonly ThreadNode[],
  options: { readonly pinnedId: Id | null; readonly now: number },
): Promise<Presenter> {
  const seen = nodes.filter(({ facts }) => facts !== null).map(({ comment }) => comment);
  const [summaries, own, selves] = await Promise.all([
    readers.accounts.summaries([...new Set(seen.map(({ authorId }) => authorId))]),
    viewer === null
      ? new Map<Id, readonly string[]>()
      : readers.reactions.own(
          viewer,
          seen.map(({ id }) => id),
        ),
    viewer === null ? new Map<Id, RelationFacts>() : readers.facts.relations(viewer, [viewer]),
  ]);
  const acts = viewer !== null && canAct(selves.get(viewer));
  const { pinnedId, now } = options;

  const viewerState = ({ comment, facts }: ThreadNode): CommentView['viewer'] => {
    const post = facts?.container ?? null;
    if (facts === null || post === null) return NOTHING_ALLOWED;
    const live = isLive(facts, now);
    const [mine, ownPost] = [facts.author.self, post.author.self];
    return {
      reacted: [...(own.get(comment.id) ?? [])].sort(),
      canReact: acts && live,
      canReply: acts && live && canComment(post),
      canEdit: acts && mine && comment.status !== 'flagged',
      canDelete: acts && (mine || ownPost),
      canHide: acts && ownPost,
      canPin: acts && ownPost && live && comment.parentId === null,
    };
  };

  return (node, replies) => {
    const { comment } = node;
    const author: AccountSummary | null = summaries.get(comment.authorId) ?? null;
    // A comment that is not for this viewer keeps its place and says nothing else, whatever the reason.
    const shown = node.facts !== null && author !== null && comment.status !== 'deleted';
    return {
      id: comment.id,
      postId: comment.postId,
      parentId: comment.parentId,
      rootId: comment.rootId,
      replyToId: comment.replyToId,
      depth: comment.depth,
      status: shown ? (comment.status as CommentView['status']) : 'unavailable',
      author: shown ? author : null,
      text: shown ? comment.text : null,
      entities: shown ? comment.entities : [],
      label: shown ? comment.label : null,
      hidden: shown && comment.hiddenAt !== null,
      pinned: shown && comment.id === pinnedId,
      revision: shown ? comment.revision : 1,
      createdAt: timeOfId(comment.id),
      editedAt: shown ? comment.editedAt : null,
      counts: {
        replies: comment.replyCount,
        reactions: shown ? comment.reactionCount : 0,
        byKind: shown ? comment.reactionCounts : {},
      },
      viewer: shown ? viewerState(node) : NOTHING_ALLOWED,
      replies,
    };
  };
}
