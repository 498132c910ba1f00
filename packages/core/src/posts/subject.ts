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
import { erase } from './remove.js';
import {
  contentHashOfPost,
  lockForDecision,
  movePost,
  requireDecidable,
  restrictedPost,
  subjectOfPost,
  takeDown,
} from './review.js';
import { isUnpublished } from './status.js';
import type { PostReader } from './store.js';
import type { Post } from './types.js';
import { change, type PostUnit } from './unit.js';

const reader = systemActor('subjects');

const factsOf = (post: Post, author: Account | undefined) => ({
  authorId: post.authorId,
  revision: post.revision,
  status: post.status,
  contentHash: contentHashOfPost(post),
  reach: author?.followerCount ?? 0,
  createdAt: timeOfId(post.id),
});

const textsOf = ({ text, contentWarning, link }: Post): Record<string, string> => ({
  ...(text === '' ? {} : { text }),
  ...(contentWarning === null ? {} : { contentWarning }),
  ...(link === null ? {} : { link: link.url }),
});

/** Posts as subjects of moderation: labels, demotion and removal, by the code of the staff operations. */
export function createPostSubject(deps: {
  readonly runtime: Runtime;
  readonly roles: RoleTable;
}): SubjectAdapter<PostUnit, { readonly posts: PostReader; readonly accounts: AccountReader }> {
  const { runtime } = deps;

  /** Leaves on a locked post what the measures ask for that still hold. */
  async function settle(stores: PostUnit, post: Post, measures: readonly Measure[]): Promise<Post> {
    const label = labelOf(measures);
    const demoted = measures.some(({ kind }) => kind === 'demote');
    return label === post.label && demoted === post.demoted ? post : change(stores, post, { label, demoted });
  }

  return {
    measures: ['label', 'blur', 'demote', 'remove'],
    async facts(stores, id, actor = reader) {
      const post = await lockForDecision(stores, actor, id);
      // Nobody but its author sees a draft.
      if (!post || isUnpublished(post.status)) return null;
      return factsOf(post, (await stores.accounts.byIds([post.authorId])).get(post.authorId));
    },
    async snapshot(readers, ids) {
      const found = (await Promise.all(ids.map((id) => readers.posts.find(id)))).filter(
        (post): post is Post => post !== null && post.status !== 'deleted' && !isUnpublished(post.status),
      );
      const authors = await readers.accounts.byIds([...new Set(found.map(({ authorId }) => authorId))]);
      return new Map(
        found.map((post) => [
          post.id,
          {
            ...factsOf(post, authors.get(post.authorId)),
            subject: subjectOfPost(post),
            texts: textsOf(post),
            media: post.media.map(({ ref, alt }) => ({ ref, alt })),
            context: null,
          },
        ]),
      );
    },
    async apply(stores, actor, id, ruling) {
      const post = await requireDecidable(deps, stores, actor, await lockForDecision(stores, actor, id));
      if (ruling.kind === 'remove') return takeDown(deps, stores, actor, post, ruling);
      const measure = await restrict(stores, runtime, actor, restrictedPost(post), ruling);
      await settle(stores, post, await stores.measures.active(subjectOfPost(post)));
      return measure;
    },
    async reverse(stores, actor, measure, end, reason) {
      const post = await lockForDecision(stores, actor, measure.subject.id);
      if (post) await requireDecidable(deps, stores, actor, post);
      const ended = await endMeasures(stores, runtime, actor, [measure], end, reason);
      if (ended.length === 0) return { changed: false };
      if (!post) return { changed: true };
      const rest = await stores.measures.active(subjectOfPost(post));
      const move = moveBack(measure, post.status, rest);
      const now = move === null ? post : await movePost(deps, stores, actor, post, move, '');
      await settle(stores, now, rest);
      return { changed: true };
    },
    async purge(stores, actor, id) {
      const post = await lockForDecision(stores, actor, id);
      if (post?.status !== 'flagged') return { changed: false };
      if ((await holding(stores, subjectOfPost(post), ['remove'])).length === 0) return { changed: false };
      const deltas = await erase(stores, actor, post, runtime.clock.now());
      if (deltas.length > 0) await stores.counters.add(deltas);
      return { changed: true };
    },
  };
}
