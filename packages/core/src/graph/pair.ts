import { type FactsReader, type RelationFacts, type RowLocks, requireActive } from '../access/index.js';
import type { AccountCounter, CounterDelta, CounterWriter } from '../counters/store.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { invalid } from '../kernel/errors.js';
import type { EventMap, EventType } from '../kernel/events.js';
import type { Id } from '../kernel/ids.js';
import type { Outbox } from '../kernel/outbox.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { PostReader } from '../posts/store.js';
import type { GraphStores } from './store.js';

/** What a unit of work of the graph needs. */
export interface GraphUnit extends GraphStores {
  readonly locks: RowLocks;
  readonly facts: FactsReader;
  readonly outbox: Outbox;
  readonly counters: CounterWriter;
  readonly posts: Pick<PostReader, 'aliases'>;
}

/** What the graph's writes are made of. */
export interface GraphWriteDeps {
  readonly unitOfWork: UnitOfWork<GraphUnit>;
  readonly runtime: Runtime;
}

/** A running change of the graph. */
export interface Change {
  readonly unit: GraphUnit;
  /** An id for a new edge. */
  nextId(): Id;
  /** Unix milliseconds. */
  now(): number;
  /** Appends an event of the actor's. */
  tell<T extends EventType>(type: T, payload: EventMap[T]): Promise<void>;
  /** Notes a counter change of an account; all of them are applied at the end. */
  count(accountId: Id, counter: AccountCounter, delta: 1 | -1): void;
}

/** A change decided by one of two accounts about the other. */
export interface PairChange extends Change {
  readonly me: Id;
  readonly other: Id;
  /** What holds between the actor and the other account; undefined when there is no such account. */
  readonly facts: RelationFacts | undefined;
}

/**
 * Runs a change of the relation of two accounts: locks the pair, then runs `decide`, then applies the counters it
 * noted, all in one unit of work.
 */
export const changePair = <T>(
  deps: GraphWriteDeps,
  actor: Actor,
  [a, b]: readonly [Id, Id],
  decide: (change: Change) => Promise<T>,
): Promise<T> =>
  deps.unitOfWork.transact(async (unit) => {
    await unit.locks.pair(a, b);
    const deltas: CounterDelta[] = [];
    const result = await decide({
      unit,
      nextId: () => deps.runtime.ids.next(),
      now: () => deps.runtime.clock.now(),
      tell: async (type, payload) => void (await unit.outbox.append({ type, actor, payload })),
      count: (id, counter, delta) => void deltas.push({ subject: 'account', id, counter, delta }),
    });
    if (deltas.length > 0) await unit.counters.add(deltas);
    return result;
  });

/**
 * As {@link changePair}, for the account behind `actor` and another one.
 *
 * @param noun heads the error for the actor's own id
 * @throws `<noun>.self` (validation) for the actor's own id, account.not_found when the actor has no account,
 * account.inactive (forbidden) when it is suspended or deactivated
 */
export async function decideAbout<T>(
  deps: GraphWriteDeps,
  actor: Actor,
  other: Id,
  noun: string,
  decide: (change: PairChange) => Promise<T>,
): Promise<T> {
  const me = accountOf(actor);
  if (me === other)
    throw invalid(`${noun}.self`, 'this works on other accounts only', [
      { path: 'userId', message: 'must be the id of another account' },
    ]);
  return changePair(deps, actor, [me, other], async (change) => {
    const facts = await change.unit.facts.relations(me, [me, other]);
    requireActive(facts.get(me));
    return decide({ ...change, me, other, facts: facts.get(other) });
  });
}
