import { type ContentGate, openGate } from '../access/index.js';
import type { RoleTable } from '../identity/roles.js';
import { createService, type Service } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { CanonicalHandle } from '../text-entities/index.js';
import { createComment } from './create.js';
import { setHidden, setPinned } from './curate.js';
import { deleteComment } from './delete.js';
import { editComment } from './edit.js';
import type { LevelReaders } from './levels.js';
import { moveByStaff } from './moderate.js';
import { commentOperations } from './operations.js';
import type { PresentReaders } from './present.js';
import { getComment, getWritten, listByAuthor } from './reads.js';
import { listThread } from './thread.js';
import { DEFAULT_MAX_DEPTH, MAX_DEPTH } from './types.js';
import type { CommentStores, PostLookup } from './unit.js';

/** The comments' public operations. */
export type CommentsService = Service<typeof commentOperations>;

/** What the comments read. */
export type CommentReaders = LevelReaders & PresentReaders & PostLookup;

/** What the comments work on. */
export interface CommentsDeps {
  readonly unitOfWork: UnitOfWork<CommentStores>;
  readonly readers: CommentReaders;
  readonly runtime: Runtime;
  /** @default allows everything */
  readonly gate?: ContentGate;
  /** How handles are spelled here: mentions are looked up by it. */
  readonly canonicalHandle: CanonicalHandle;
  /** Ranks, so that staff act on lower ranks only. */
  readonly roles: RoleTable;
}

/** How comments behave here. */
export interface CommentOptions {
  /** Levels of replies below a top-level comment, 0 to 50; a deeper reply hangs beside the one it answers. @default 10 */
  readonly maxDepth?: number;
}

/**
 * Assembles the comments' public service.
 * @throws TypeError for options that make no sense
 */
export function createCommentsService(deps: CommentsDeps, options: CommentOptions = {}): CommentsService {
  const { unitOfWork, readers, runtime, canonicalHandle, roles } = deps;
  const maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
  if (!Number.isInteger(maxDepth) || maxDepth < 0 || maxDepth > MAX_DEPTH)
    throw new TypeError(`maxDepth must be 0 to ${MAX_DEPTH}`);
  const writes = { unitOfWork, runtime, gate: deps.gate ?? openGate, canonicalHandle, maxDepth };
  const moderate = { unitOfWork, runtime, roles };
  const reads = { readers, clock: runtime.clock };
  return createService(
    commentOperations,
    {
      create: async (actor, input) => {
        const { commentId } = await createComment(writes, actor, input);
        return getWritten(reads, actor, commentId);
      },
      list: (actor, input) => listThread(reads, actor, input),
      get: (actor, { commentId }) => getComment(reads, actor, commentId),
      byUser: (actor, input) => listByAuthor(reads, actor, input),
      edit: async (actor, input) => {
        await editComment(writes, actor, input);
        return getWritten(reads, actor, input.commentId);
      },
      delete: (actor, { commentId }) => deleteComment(writes, actor, commentId),
      hide: (actor, { commentId }) => setHidden(writes, actor, commentId, true),
      unhide: (actor, { commentId }) => setHidden(writes, actor, commentId, false),
      pin: (actor, { commentId }) => setPinned(writes, actor, commentId, true),
      unpin: (actor, { commentId }) => setPinned(writes, actor, commentId, false),
      release: (actor, input) => moveByStaff(moderate, actor, 'release', input),
      restore: (actor, input) => moveByStaff(moderate, actor, 'restore', input),
      flag: (actor, input) => moveByStaff(moderate, actor, 'flag', input),
    },
    runtime,
  );
}
