import { type Actor, type RateLimitClass, unavailable } from '@socialkit/core';

/** How full a process may be for a kind of call to be let in, as a part of the whole: the least important goes first. */
const SHARES: Readonly<Record<RateLimitClass | 'anonymous', number>> = {
  anonymous: 0.6,
  search: 0.75,
  read: 0.9,
  write: 1,
  own: 1,
  staff: 1,
};

/** A call that was let in. */
export interface Admitted {
  /** Callers without a session go first when it gets narrow. @throws request.overloaded (unavailable) */
  keepRoomFor(actor: Actor): void;
  leave(): void;
}

/** Bounds the calls being worked on in this process. */
export interface Admission {
  /** Lets a call in, or refuses it early rather than late. @throws request.overloaded (unavailable, retryable) */
  enter(kind: RateLimitClass): Admitted;
}

/** @param capacity calls at a time */
export function createAdmission(capacity: number): Admission {
  let inside = 0;
  const roomFor = (share: number) => Math.max(1, Math.floor(capacity * share));
  const refuse = () =>
    unavailable('request.overloaded', 'the server is busy; try again shortly', { retryAfterMs: 1000 });
  return {
    enter(kind) {
      if (inside >= roomFor(SHARES[kind])) throw refuse();
      // What came in later says nothing about whether there was room for this one.
      const place = ++inside;
      let left = false;
      return {
        keepRoomFor(actor) {
          if (actor.kind === 'anonymous' && place > roomFor(SHARES.anonymous)) throw refuse();
        },
        leave() {
          if (!left) inside--;
          left = true;
        },
      };
    },
  };
}
