import { type ContentGate, type FactsReader, openGate } from '../access/index.js';
import type { RoleTable } from '../identity/roles.js';
import type { JobHandler } from '../kernel/jobs.js';
import { createService, type Service } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { setCommentPolicy, setVisibility } from './audience.js';
import { createPost } from './create.js';
import { editPost } from './edit.js';
import { bookmark, pin, unbookmark, unpin } from './keep.js';
import { type LinkPreview, noLinkPreview } from './link-preview.js';
import { type MediaResolver, opaqueMedia } from './media.js';
import { postOperations } from './operations.js';
import { publishDraft, publishScheduled, schedulePost, unschedulePost } from './publish.js';
import {
  getPost,
  getPosts,
  listBookmarks,
  listDrafts,
  listHistory,
  listPinned,
  listQuotes,
  listReposts,
} from './reads.js';
import { deletePost } from './remove.js';
import { flagPost, releasePost, restorePost } from './review.js';
import { SCHEDULED_QUEUE, scheduledJob } from './schedule-job.js';
import { repost, undoRepost } from './share.js';
import type { PostReaders } from './store.js';
import type { PostUnit, PostWriteDeps } from './unit.js';
import { vote } from './vote.js';

/** The posts' public operations. */
export type PostsService = Service<typeof postOperations>;

/** What the posts work on. */
export interface PostsDeps {
  readonly unitOfWork: UnitOfWork<PostUnit>;
  readonly readers: PostReaders & { readonly facts: FactsReader };
  readonly runtime: Runtime;
  /** @default allows everything */
  readonly gate?: ContentGate;
  /** How handles are spelled here: mentions are looked up by it. */
  readonly canonicalHandle: (text: string) => string | null;
  /** Ranks, so that staff act on lower ranks only. */
  readonly roles: RoleTable;
  /** What attachments and links stand for. */
  readonly ports?: {
    /** @default takes every ref as it is */
    readonly media?: MediaResolver;
    /** @default shows the url only */
    readonly preview?: LinkPreview;
  };
}

const writeDeps = (deps: PostsDeps): PostWriteDeps => ({
  ...deps,
  gate: deps.gate ?? openGate,
  media: deps.ports?.media ?? opaqueMedia,
  preview: deps.ports?.preview ?? noLinkPreview,
});

/** Assembles the posts' public service. */
export function createPostsService(deps: PostsDeps): PostsService {
  const writes = writeDeps(deps);
  const reads = { readers: deps.readers, clock: deps.runtime.clock };
  return createService(
    postOperations,
    {
      create: async (actor, input) => getPost(reads, actor, (await createPost(writes, actor, input)).postId),
      get: (actor, { postId }) => getPost(reads, actor, postId),
      getMany: (actor, { ids }) => getPosts(reads, actor, ids),
      edit: async (actor, input) => getPost(reads, actor, (await editPost(writes, actor, input)).postId),
      history: (actor, input) => listHistory(reads, actor, input),
      delete: (actor, input) => deletePost(writes, actor, input),
      drafts: (actor, input) => listDrafts(reads, actor, input),
      publish: async (actor, input) =>
        getPost(reads, actor, (await publishDraft(writes, actor, input)).postId),
      schedule: async (actor, input) =>
        getPost(reads, actor, (await schedulePost(writes, actor, input)).postId),
      unschedule: async (actor, input) =>
        getPost(reads, actor, (await unschedulePost(writes, actor, input)).postId),
      setVisibility: (actor, input) => setVisibility(writes, actor, input),
      setCommentPolicy: (actor, input) => setCommentPolicy(writes, actor, input),
      repost: (actor, input) => repost(writes, actor, input),
      undoRepost: (actor, input) => undoRepost(writes, actor, input),
      reposts: (actor, input) => listReposts(reads, actor, input),
      quotes: (actor, input) => listQuotes(reads, actor, input),
      vote: async (actor, input) => getPost(reads, actor, (await vote(writes, actor, input)).postId),
      bookmark: (actor, input) => bookmark(writes, actor, input),
      unbookmark: (actor, input) => unbookmark(writes, actor, input),
      bookmarks: (actor, input) => listBookmarks(reads, actor, input),
      pin: (actor, input) => pin(writes, actor, input),
      unpin: (actor, input) => unpin(writes, actor, input),
      pinned: (actor, { userId }) => listPinned(reads, actor, userId),
      release: (actor, input) => releasePost(writes, actor, input),
      flag: (actor, input) => flagPost(writes, actor, input),
      restore: (actor, input) => restorePost(writes, actor, input),
    },
    deps.runtime,
  );
}

/**
 * What the posts do in the background: publish scheduled posts when their time comes. Jobs are written with the posts, so
 * any process may work them.
 */
export const createPostWorkers = (
  deps: PostsDeps,
): readonly { readonly queue: string; readonly handle: JobHandler }[] => {
  const writes = writeDeps(deps);
  return [
    {
      queue: SCHEDULED_QUEUE,
      handle: async (jobs, { fail }) => {
        for (const job of jobs) {
          const parsed = scheduledJob.safeParse(job.payload);
          if (parsed.success) await publishScheduled(writes, parsed.data);
          else fail(job, parsed.error);
        }
      },
    },
  ];
};
