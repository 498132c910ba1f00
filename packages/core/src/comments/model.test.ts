import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { createThreadWorld, type Person, type ThreadWorld } from './sample-world.js';
import type { CommentView } from './types.js';

const PEOPLE = 4;
const POSTS = 2;

const pick = fc.nat({ max: 1000 });
const kind = fc.constantFrom('like', 'love', 'sad');
const operation = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('comment' as const), who: pick, post: pick }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('reply' as const), who: pick, comment: pick }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('delete' as const), own: fc.boolean(), comment: pick }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), comment: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flag' as const), comment: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), comment: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hide' as const), who: pick, comment: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('react' as const), who: pick, on: pick, kind }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unreact' as const), who: pick, on: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), who: pick, other: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removePost' as const), post: pick }) },
);
type Step = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Cast {
  readonly people: readonly Person[];
  readonly staff: Person;
  readonly posts: readonly Id[];
  readonly comments: Id[];
}

const at = <T>(items: readonly T[], index: number): T | undefined =>
  items.length === 0 ? undefined : items[index % items.length];

async function perform(world: ThreadWorld, cast: Cast, step: Step): Promise<void> {
  const commentId = 'comment' in step ? (at(cast.comments, step.comment) ?? '5') : '5';
  const target = 'on' in step ? (at([...cast.posts, ...cast.comments], step.on) as Id) : '5';
  const isPost = cast.posts.includes(target);
  const stored = (await world.readers.comments.byIds([commentId])).get(commentId);
  const byId = (id: Id | undefined) => cast.people.find((person) => person.id === id) ?? cast.staff;
  const { actor } =
    'who' in step
      ? (at(cast.people, step.who) as Person)
      : 'own' in step && !step.own
        ? byId((await world.postCounts(stored?.postId ?? '5'))?.authorId)
        : step.do === 'hold' || step.do === 'delete'
          ? byId(stored?.authorId)
          : cast.staff;
  const write = async (postId: Id, parentId?: Id) => {
    const input = { postId, text: 'x', ...(parentId ? { parentId } : {}) };
    cast.comments.push((await world.comments.create(actor, input)).id);
  };
  switch (step.do) {
    case 'comment':
      return write(at(cast.posts, step.post) as Id);
    case 'reply':
      return stored ? write(stored.postId, stored.id) : undefined;
    case 'hold':
      world.gateSays({ decision: 'hold', reasons: ['look'] });
      try {
        const text = `edited ${world.ids.next()}`;
        await world.comments.edit(actor, { commentId, text });
      } finally {
        world.gateSays({ decision: 'allow' });
      }
      return;
    case 'delete':
      await world.comments.delete(actor, { commentId });
      return;
    case 'flag':
      await world.comments.flag(actor, { commentId, reason: 'x' });
      return;
    case 'release':
      await (stored?.status === 'flagged' ? world.comments.restore : world.comments.release)(actor, {
        commentId,
        reason: 'x',
      });
      return;
    case 'hide':
      await world.comments.hide(actor, { commentId });
      return;
    case 'react':
      if (isPost) await world.reactions.addToPost(actor, { postId: target, kind: step.kind });
      else await world.reactions.addToComment(actor, { commentId: target, kind: step.kind });
      return;
    case 'unreact':
      if (isPost) await world.reactions.removeFromPost(actor, { postId: target });
      else await world.reactions.removeFromComment(actor, { commentId: target });
      return;
    case 'block':
      await world.block(at(cast.people, step.who) as Person, at(cast.people, step.other) as Person);
      return;
    case 'removePost':
      // What hangs below a post that is gone stays counted.
      await world.changePost(at(cast.posts, step.post) as Id, { status: 'deleted' });
  }
}

/** Every comment reachable from the first page of a thread downwards, by the cursors it gives. */
async function reachable(world: ThreadWorld, person: Person, postId: Id): Promise<readonly CommentView[]> {
  const seen: CommentView[] = [];
  const level = async (parentId?: Id): Promise<void> => {
    let cursor: string | null | undefined;
    do {
      const page = await world.comments.list(person.actor, {
        postId,
        limit: 3,
        depth: 0,
        ...(parentId ? { parentId } : {}),
        ...(cursor ? { cursor } : {}),
      });
      for (const item of page.items) {
        seen.push(item);
        await level(item.id);
      }
      cursor = page.nextCursor;
    } while (cursor);
  };
  await level();
  return seen;
}

describe('random threads', () => {
  it('keep their counters equal to recounts, never negative, and every published comment reachable', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 20, maxLength: 80 }),
        fc.boolean(),
        fc.nat({ max: 3 }),
        async (steps, exclusive, maxDepth) => {
          const world = createThreadWorld({ comments: { maxDepth }, reactions: { exclusive } });
          const people: Person[] = [];
          for (let n = 0; n < PEOPLE; n++) people.push(await world.account());
          const staff = await world.moderator();
          const posts: Id[] = [];
          for (let n = 0; n < POSTS; n++) posts.push(await world.post(people[n] as Person));
          const cast: Cast = { people, staff, posts, comments: [] };

          for (const step of steps) {
            // Refusals are expected outcomes here; anything else is a bug.
            await perform(world, cast, step).catch((error: unknown) => {
              if (!isSocialError(error) || error.category === 'internal') throw error;
            });
          }

          expect(await world.drift('post')).toEqual([]);
          expect(await world.drift('comment')).toEqual([]);
          const onlooker = await world.account();
          const stored = await world.readers.comments.byIds(cast.comments);
          for (const postId of posts) {
            const post = await world.postCounts(postId);
            if (post?.status !== 'published') continue;
            expect(Math.min(0, post.commentCount, post.reactionCount)).toBe(0);
            const found = await reachable(world, onlooker, postId);
            const hidden = [...stored.values()].some((comment) => comment.hiddenAt !== null);
            if (!hidden)
              expect(found.filter(({ status }) => status === 'published')).toHaveLength(post.commentCount);
            expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
            for (const comment of found) expect(comment.counts.replies).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
