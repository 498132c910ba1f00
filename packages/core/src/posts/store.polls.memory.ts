import type { Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { PollReader, PollWriter } from './store.js';
import type { Poll, PollOption } from './types.js';

type PollRow = Omit<Poll, 'options'>;
type OptionRow = PollOption & { readonly postId: Id };
interface BallotRow {
  readonly postId: Id;
  readonly userId: Id;
  readonly positions: readonly number[];
}

const pollTables = (tables: MemoryTables) => ({
  polls: tables.table<PollRow>('polls'),
  options: tables.table<OptionRow>('poll_options'),
  ballots: tables.table<BallotRow>('poll_ballots'),
});

/** The poll of a post in the reference tables. */
export function findPoll(tables: MemoryTables, postId: Id): Poll | null {
  const { polls, options } = pollTables(tables);
  const row = polls.get(postId);
  if (!row) return null;
  return {
    ...row,
    options: [...options.rows()]
      .filter((option) => option.postId === postId)
      .sort((a, b) => a.position - b.position)
      .map(({ position, text, voteCount }) => ({ position, text, voteCount })),
  };
}

/** The ballot of a user in the reference tables. */
export const findBallot = (tables: MemoryTables, postId: Id, userId: Id): readonly number[] | null =>
  pollTables(tables).ballots.get(keyOf(postId, userId))?.positions ?? null;

function removePoll(tables: MemoryTables, postId: Id): void {
  const { polls, options, ballots } = pollTables(tables);
  polls.remove(postId);
  for (const row of [...options.rows()])
    if (row.postId === postId) options.remove(keyOf(postId, row.position));
  for (const row of [...ballots.rows()]) if (row.postId === postId) ballots.remove(keyOf(postId, row.userId));
}

/** The reference {@link PollReader} and {@link PollWriter}. */
export function createMemoryPolls(session: MemorySession): PollReader & PollWriter {
  return {
    find: (postId) => session.run((tables) => findPoll(tables, postId)),
    ballot: (postId, userId) => session.run((tables) => findBallot(tables, postId, userId)),
    put: ({ options: given, ...poll }) =>
      session.run((tables) => {
        removePoll(tables, poll.postId);
        const { polls, options } = pollTables(tables);
        polls.put(poll.postId, poll);
        for (const option of given)
          options.put(keyOf(poll.postId, option.position), { ...option, postId: poll.postId });
      }),
    open: (postId, expiresAt) =>
      session.run((tables) => {
        const { polls } = pollTables(tables);
        const row = polls.get(postId);
        if (row) polls.put(postId, { ...row, expiresAt });
      }),
    cast: (postId, userId, positions) =>
      session.run((tables) => {
        const { polls, options, ballots } = pollTables(tables);
        const poll = polls.get(postId);
        if (!poll || ballots.has(keyOf(postId, userId))) return false;
        ballots.put(keyOf(postId, userId), {
          postId,
          userId,
          positions: [...positions].sort((a, b) => a - b),
        });
        polls.put(postId, { ...poll, voterCount: poll.voterCount + 1 });
        for (const position of positions) {
          const option = options.get(keyOf(postId, position));
          if (!option) throw new Error(`poll ${postId} has no option ${position}`);
          options.put(keyOf(postId, position), { ...option, voteCount: option.voteCount + 1 });
        }
        return true;
      }),
    remove: (postId) => session.run((tables) => removePoll(tables, postId)),
  };
}
