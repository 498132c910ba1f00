import { oracleSeesAccount } from '@socialkit/core/testing';
import { leftOut } from './oracle-feed.js';
import { expectPosts, postOf } from './oracle-posts.js';
import { postFields } from './projections.js';
import type { Surface } from './surfaces-accounts.js';

type Said = Parameters<typeof postFields>[0];
interface Reason {
  readonly kind: string;
  readonly users?: readonly string[] | undefined;
  readonly count?: number | undefined;
  readonly subject?: string | undefined;
}

/**
 * Which posts are best is the ranking's to say; whatever it shows must be what the oracle shows this viewer, by somebody else, of
 * authors that are offered to him, and for reasons that hold.
 */
const recommended =
  (algorithm: string | undefined): Surface =>
  async (look) => {
    const { world, viewer } = look;
    const input = algorithm === undefined ? {} : { algorithm };
    const shown: { readonly post: Said; readonly because: readonly Reason[] }[] = [];
    const said = await look.walk(
      input,
      async (page) => {
        const answer = await look.kit.discovery.posts(look.actor, { ...page, ...input });
        shown.push(...answer.items);
        return answer;
      },
      ({ post }) => postFields(post),
      ({ id }) => id,
    );
    if (viewer === null) return look.same(input, said, { error: 'actor.unauthenticated' });
    if (!Array.isArray(said)) return look.same(input, said, 'a page');

    const allowed = said.filter(({ id }) => {
      const post = postOf(world, id);
      return (
        post !== undefined &&
        post.status === 'published' &&
        post.repostOfId === null &&
        post.authorId !== viewer &&
        leftOut(world, viewer, post, 'explore') === null
      );
    });
    look.same(
      input,
      said,
      expectPosts(
        world,
        viewer,
        allowed.map(({ id }) => id),
      ),
    );

    const follows = (id: string) => world.follows.some(({ from, to }) => from === viewer && to === id);
    const holds = (post: Said, { kind, users = [], count = 0, subject }: Reason): boolean => {
      switch (kind) {
        case 'following':
          return follows(post.author.id);
        case 'liked_by_followees':
          return (
            count >= 2 &&
            users.length <= count &&
            users.every((id) => follows(id) && oracleSeesAccount(world, viewer, id))
          );
        case 'liked_by_similar':
          return count >= 2 && users.length === 0;
        case 'interest':
          return postOf(world, post.id)?.hashtags.includes(subject ?? '') === true;
        default:
          return kind === 'trending' || kind === 'popular' || kind === 'explore';
      }
    };
    for (const { post, because } of shown) {
      const untrue = because.filter((reason) => !holds(post, reason));
      look.same({ ...input, reasonsOf: post.id }, untrue, []);
      const { length } = because;
      look.same({ ...input, reasonsOf: post.id }, length >= 1 && length <= 3, true);
    }
  };

/** Reads of recommended posts. */
export const recommendedSurfaces: Readonly<Record<string, Surface>> = {
  'discovery.posts': async (look) => {
    for (const algorithm of [undefined, 'document-v1', 'chronological', 'counts'])
      await recommended(algorithm)(look);
  },
};
