import {
  endMeasures,
  holding,
  labelOf,
  type Measure,
  moveBack,
  restrict,
  type SubjectAdapter,
} from '../access/index.js';
import type { RoleTable } from '../identity/roles.js';
import type { AccountReader } from '../identity/store.js';
import type { Account } from '../identity/types.js';
import { systemActor } from '../kernel/actor.js';
import { timeOfId } from '../kernel/ids.js';
import type { Runtime } from '../kernel/runtime.js';
import { eraseLocked } from './delete.js';
import {
  contentHashOfComment,
  lockForDecision,
  moveComment,
  requireDecidable,
  restrictedComment,
  subjectOfComment,
  takeDown,
} from './moderate.js';
import type { CommentReader } from './store.js';
import type { Comment } from './types.js';
import type { CommentStores } from './unit.js';

const reader = systemActor('subjects');

const factsOf = (comment: Comment, author: Account | undefined) => ({
  authorId: comment.authorId,
  revision: comment.revision,
  status: comment.status,
  contentHash: contentHashOfComment(comment),
  reach: author?.followerCount ?? 0,
  createdAt: timeOfId(comment.id),
});

/** Comments as subjects of moderation: labels and removal, by the code of the staff operations. */
export function createCommentSubject(deps: {
  readonly runtime: Runtime;
  readonly roles: RoleTable;
}): SubjectAdapter<CommentStores, { readonly comments: CommentReader; readonly accounts: AccountReader }> {
  const { runtime } = deps;

  /** Leaves on a locked comment what the measures ask for that still hold. */
  async function settle(stores: CommentStores, comment: Comment, measures: readonly Measure[]) {
    const label = labelOf(measures);
    if (label !== comment.label) await stores.comments.setLabel(comment.id, label);
  }

  return {
    measures: ['label', 'blur', 'remove'],
    async facts(stores, id, actor = reader) {
      const comment = await lockForDecision(stores, actor, id);
      if (!comment) return null;
      return factsOf(comment, (await stores.accounts.byIds([comment.authorId])).get(comment.authorId));
    },
    async snapshot(readers, ids) {
      const found = [...(await readers.comments.byIds(ids)).values()].filter(
        ({ status }) => status !== 'deleted',
      );
      const authors = await readers.accounts.byIds([...new Set(found.map(({ authorId }) => authorId))]);
      return new Map(
        found.map((comment) => [
          comment.id,
          {
            ...factsOf(comment, authors.get(comment.authorId)),
            subject: subjectOfComment(comment),
            texts: { text: comment.text },
            media: [],
            context: { kind: 'post' as const, id: comment.postId },
          },
        ]),
      );
    },
    async apply(stores, actor, id, ruling) {
      const locked = await lockForDecision(stores, actor, id);
      const comment = await requireDecidable(deps, stores, actor, locked);
      if (ruling.kind === 'remove') return takeDown(deps, stores, actor, comment, ruling);
      const measure = await restrict(stores, runtime, actor, restrictedComment(comment), ruling);
      await settle(stores, comment, await stores.measures.active(subjectOfComment(comment)));
      return measure;
    },
    async reverse(stores, actor, measure, end, reason) {
      const comment = await lockForDecision(stores, actor, measure.subject.id);
      if (comment) await requireDecidable(deps, stores, actor, comment);
      const ended = await endMeasures(stores, runtime, actor, [measure], end, reason);
      if (ended.length === 0) return { changed: false };
      if (!comment) return { changed: true };
      const rest = await stores.measures.active(subjectOfComment(comment));
      const move = moveBack(measure, comment.status, rest);
      if (move !== null) await moveComment(deps, stores, actor, comment, move, '');
      await settle(stores, comment, rest);
      return { changed: true };
    },
    async purge(stores, actor, id) {
      const comment = await lockForDecision(stores, actor, id);
      if (comment?.status !== 'flagged') return { changed: false };
      if ((await holding(stores, subjectOfComment(comment), ['remove'])).length === 0)
        return { changed: false };
      await eraseLocked(stores, actor, comment, runtime.clock.now());
      return { changed: true };
    },
  };
}
