import { createService, type Service } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { reactionOperations } from './operations.js';
import { addReaction, type ReactStores, removeReaction } from './react.js';
import { knownReactors, listReactors, ownReactions, type ReactionReaders } from './reads.js';
import { type ReactionOptions, resolveReactionOptions } from './settings.js';
import type { ReactionTarget } from './store.js';

/** The reactions' public operations. */
export type ReactionsService = Service<typeof reactionOperations>;

/** What the reactions work on. */
export interface ReactionsDeps {
  readonly unitOfWork: UnitOfWork<ReactStores>;
  readonly readers: ReactionReaders;
  readonly runtime: Runtime;
}

const post = (id: string): ReactionTarget => ({ kind: 'post', id });
const comment = (id: string): ReactionTarget => ({ kind: 'comment', id });

/**
 * Assembles the reactions' public service.
 * @throws TypeError for options that make no sense
 */
export function createReactionsService(
  { unitOfWork, readers, runtime }: ReactionsDeps,
  options: ReactionOptions = {},
): ReactionsService {
  const deps = { unitOfWork, runtime, settings: resolveReactionOptions(options) };
  const reads = { readers, clock: runtime.clock };
  return createService(
    reactionOperations,
    {
      addToPost: (actor, { postId, kind }) => addReaction(deps, actor, post(postId), kind),
      removeFromPost: (actor, { postId, kind }) => removeReaction(deps, actor, post(postId), kind),
      listOfPost: (actor, { postId, ...listing }) => listReactors(reads, actor, post(postId), listing),
      knownOfPost: (actor, { postId }) => knownReactors(reads, actor, post(postId)),
      addToComment: (actor, { commentId, kind }) => addReaction(deps, actor, comment(commentId), kind),
      removeFromComment: (actor, { commentId, kind }) =>
        removeReaction(deps, actor, comment(commentId), kind),
      listOfComment: (actor, { commentId, ...listing }) =>
        listReactors(reads, actor, comment(commentId), listing),
      knownOfComment: (actor, { commentId }) => knownReactors(reads, actor, comment(commentId)),
      mine: (actor, input) => ownReactions(reads, actor, input),
    },
    runtime,
  );
}
