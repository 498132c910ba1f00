import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, forbidden, invalid, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Poll } from './types.js';
import { lockSeen, type PostWriteDeps, requireLive } from './unit.js';

/** Whether a poll takes no more ballots. @param now Unix ms */
export const isClosed = (poll: Pick<Poll, 'expiresAt'>, now: number): boolean =>
  poll.expiresAt !== null && poll.expiresAt <= now;

/**
 * Whether a viewer gets to see how a poll stands: its author always, voters at once, everybody when it has closed. Authors
 * have no ballot, so that seeing the results early gains them nothing.
 */
export const showsResults = (
  poll: Pick<Poll, 'expiresAt'>,
  viewer: { readonly isAuthor: boolean; readonly hasVoted: boolean },
  now: number,
): boolean => viewer.isAuthor || viewer.hasVoted || isClosed(poll, now);

function checkBallot(poll: Poll, options: readonly number[], now: number): void {
  if (isClosed(poll, now)) throw conflict('poll.closed', 'this poll has ended');
  if (!poll.multiple && options.length > 1)
    throw invalid('poll.single_choice', 'this poll takes one option', [
      { path: 'options', message: 'must name one option' },
    ]);
  if (options.some((position) => position >= poll.options.length))
    throw invalid('poll.unknown_option', 'this poll has no such option', [
      { path: 'options', message: `must be below ${poll.options.length}` },
    ]);
}

/**
 * Votes in a poll: one ballot per account, final. The same ballot again changes nothing.
 *
 * @throws post.not_found, post.not_live (conflict), poll.not_found, poll.own (forbidden), poll.closed,
 * poll.already_voted (conflict), poll.single_choice, poll.unknown_option (validation)
 */
export const vote = (
  { unitOfWork, runtime }: Pick<PostWriteDeps, 'unitOfWork' | 'runtime'>,
  actor: Actor,
  input: { readonly postId: Id; readonly options: readonly number[] },
): Promise<{ readonly postId: Id; readonly changed: boolean }> => {
  const actorId = accountOf(actor);
  const options = [...input.options].sort((a, b) => a - b);
  return unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const { post, facts } = await lockSeen(stores, actorId, input.postId, now);
    requireLive(facts, now);
    const poll = await stores.polls.find(post.id);
    if (!poll) throw notFound('poll');
    if (post.authorId === actorId) throw forbidden('poll.own', 'the author of a poll has no ballot');
    const before = await stores.polls.ballot(post.id, actorId);
    if (before && before.join() === options.join()) return { postId: post.id, changed: false };
    checkBallot(poll, options, now);
    if (before || !(await stores.polls.cast(post.id, actorId, options)))
      throw conflict('poll.already_voted', 'a ballot cannot be changed');
    await stores.outbox.append({
      type: 'poll.voted',
      actor,
      payload: { postId: post.id, voterId: actorId },
    });
    return { postId: post.id, changed: true };
  });
};
