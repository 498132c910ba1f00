import type { Id } from '../kernel/ids.js';
import type { Post } from '../posts/types.js';
import type { OpenBackend } from '../suite-backend.js';
import type { Comment } from './types.js';

/** A comment with nothing special about it, right below its post. */
export const sampleComment = (id: Id, postId: Id, overrides: Partial<Comment> = {}): Comment => ({
  id,
  postId,
  parentId: null,
  rootId: null,
  replyToId: null,
  depth: 0,
  authorId: '77',
  status: 'published',
  text: `comment ${id}`,
  entities: [],
  label: null,
  hiddenAt: null,
  publishedAt: 1_767_268_800_000,
  revision: 1,
  editedAt: null,
  deletedAt: null,
  replyCount: 0,
  reactionCount: 0,
  reactionCounts: {},
  ...overrides,
});

/** Where a reply to a comment stands. */
export const below = (parent: Comment): Partial<Comment> => ({
  parentId: parent.id,
  rootId: parent.rootId ?? parent.id,
  replyToId: parent.id,
  depth: parent.depth + 1,
});

/** Writes comments through one unit of work and returns them as they were given. */
export async function write(open: OpenBackend, ...comments: readonly Comment[]): Promise<readonly Comment[]> {
  await open.a.unitOfWork.transact(async (stores) => {
    for (const comment of comments) await stores.comments.insert(comment);
  });
  return comments;
}

/** A public post with nothing special about it. */
export const samplePost = (id: Id, authorId: Id, overrides: Partial<Post> = {}): Post => ({
  id,
  authorId,
  status: 'published',
  visibility: 'public',
  commentPolicy: 'everyone',
  type: 'text',
  text: `post ${id}`,
  entities: [],
  media: [],
  link: null,
  contentWarning: null,
  language: null,
  label: null,
  demoted: false,
  repostOfId: null,
  quoteOfId: null,
  expiresAt: null,
  scheduledAt: null,
  publishedAt: 1_767_268_800_000,
  editedAt: null,
  deletedAt: null,
  revision: 1,
  ...overrides,
});
