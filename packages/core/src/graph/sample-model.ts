import { expect } from 'vitest';
import { isSocialError } from '../kernel/errors.js';
import type { SampleWorld } from './sample-world.js';

// A naive model of the graph that shares no code with the product: sets of "from>to" and rules in plain words.

/** Accounts of a game. */
export const PEOPLE = 5;
const NOT_FOUND = 'account.not_found';
const INACTIVE = 'account.inactive';

type Pair = readonly [number, number];
type Outcome = { readonly status: string; readonly changed: boolean } | string;

class Model {
  readonly follows = new Map<string, boolean>();
  readonly requests = new Map<string, boolean>();
  readonly friends = new Set<string>();
  readonly friendRequests = new Set<string>();
  readonly blocks = new Set<string>();
  readonly mutes = new Set<string>();
  readonly isPrivate = new Set<number>();
  readonly inactive = new Set<number>();

  blocked = ([a, b]: Pair) => this.blocks.has(`${a}>${b}`) || this.blocks.has(`${b}>${a}`);
  sees = ([a, b]: Pair) => !this.inactive.has(b) && !this.blocked([a, b]);

  private grant(key: string): boolean {
    const hide = this.requests.get(key);
    if (hide === undefined) return false;
    this.requests.delete(key);
    if (!this.follows.has(key)) this.follows.set(key, hide);
    return true;
  }

  private befriend([a, b]: Pair): Outcome {
    this.friends.add(`${a}>${b}`).add(`${b}>${a}`);
    for (const key of [`${a}>${b}`, `${b}>${a}`])
      if (!this.grant(key) && !this.follows.has(key)) this.follows.set(key, false);
    return { status: 'friends', changed: true };
  }

  run(op: Op): Outcome {
    const [a, b] = op.pair;
    const [out, back] = [`${a}>${b}`, `${b}>${a}`];
    const none = (changed: boolean): Outcome => ({ status: 'none', changed });
    if (this.inactive.has(a)) return INACTIVE;
    const seen = this.sees(op.pair);
    switch (op.kind) {
      case 'follow': {
        if (!seen) return NOT_FOUND;
        const held = this.follows.get(out);
        if (held !== undefined) {
          const changed = op.hide !== undefined && op.hide !== held;
          if (changed) this.follows.set(out, op.hide as boolean);
          return { status: 'following', changed };
        }
        if (!this.isPrivate.has(b)) {
          this.follows.set(out, op.hide ?? this.requests.get(out) ?? false);
          this.requests.delete(out);
          return { status: 'following', changed: true };
        }
        const asked = this.requests.get(out);
        this.requests.set(out, op.hide ?? asked ?? false);
        return { status: 'requested', changed: asked === undefined || (op.hide ?? asked) !== asked };
      }
      case 'unfollow': {
        const ended = this.follows.delete(out);
        return none(this.requests.delete(out) || ended);
      }
      case 'removeFollower':
        return none(this.follows.delete(back));
      case 'acceptRequest': {
        if (!seen) return none(false);
        if (this.grant(back)) return { status: 'following', changed: true };
        return this.follows.has(back) ? { status: 'following', changed: false } : none(false);
      }
      case 'rejectRequest': {
        const had = this.requests.delete(back);
        return seen && this.follows.has(back) ? { status: 'following', changed: false } : none(had);
      }
      case 'cancelRequest': {
        const had = this.requests.delete(out);
        return seen && this.follows.has(out) ? { status: 'following', changed: false } : none(had);
      }
      case 'requestFriend': {
        if (!seen) return NOT_FOUND;
        if (this.friends.has(out)) return { status: 'friends', changed: false };
        if (this.friendRequests.delete(back)) return this.befriend(op.pair);
        const changed = !this.friendRequests.has(out);
        this.friendRequests.add(out);
        return { status: 'requested', changed };
      }
      case 'acceptFriend': {
        if (!seen) return none(false);
        if (this.friendRequests.delete(back)) return this.befriend(op.pair);
        return this.friends.has(out) ? { status: 'friends', changed: false } : none(false);
      }
      case 'declineFriend': {
        const had = this.friendRequests.delete(back);
        return seen && this.friends.has(out) ? { status: 'friends', changed: false } : none(had);
      }
      case 'cancelFriendRequest': {
        const had = this.friendRequests.delete(out);
        return seen && this.friends.has(out) ? { status: 'friends', changed: false } : none(had);
      }
      case 'removeFriend': {
        const were = this.friends.delete(out);
        this.friends.delete(back);
        return none(this.friendRequests.delete(out) || were);
      }
      case 'block': {
        if (this.blocks.has(out)) return { status: 'blocking', changed: false };
        this.blocks.add(out);
        for (const key of [out, back]) {
          this.follows.delete(key);
          this.requests.delete(key);
          this.friends.delete(key);
          this.friendRequests.delete(key);
        }
        return { status: 'blocking', changed: true };
      }
      case 'unblock':
        return none(this.blocks.delete(out));
      case 'mute': {
        if (!seen) return NOT_FOUND;
        const changed = !this.mutes.has(out);
        this.mutes.add(out);
        return { status: 'muted', changed };
      }
      case 'unmute':
        return none(this.mutes.delete(out));
    }
  }

  /** The account becomes public and its waiting requests are accepted, or private. */
  setPrivate(who: number, value: boolean): void {
    if (value) this.isPrivate.add(who);
    else {
      this.isPrivate.delete(who);
      for (const key of [...this.requests.keys()]) if (key.endsWith(`>${who}`)) this.grant(key);
    }
  }
}

/** Operations that one account makes towards another. */
export const KINDS = [
  'follow',
  'unfollow',
  'removeFollower',
  'acceptRequest',
  'rejectRequest',
  'cancelRequest',
  'requestFriend',
  'acceptFriend',
  'declineFriend',
  'cancelFriendRequest',
  'removeFriend',
  'block',
  'unblock',
  'mute',
  'unmute',
] as const;

/** An operation of the first of the pair towards the second; both are indices below {@link PEOPLE}. */
export interface Op {
  readonly kind: (typeof KINDS)[number];
  readonly pair: Pair;
  readonly hide?: boolean | undefined;
}
/** One step: an operation, or a change of an account's switch or state. */
export type Step =
  | Op
  | { readonly kind: 'privacy'; readonly who: number; readonly value: boolean }
  | { readonly kind: 'state'; readonly who: number; readonly active: boolean };

type People = readonly Awaited<ReturnType<SampleWorld['account']>>[];

async function perform(world: SampleWorld, people: People, model: Model, next: Step): Promise<void> {
  if (next.kind === 'state') {
    await world.setState(people[next.who]?.id ?? '', next.active ? 'active' : 'suspended');
    if (next.active) model.inactive.delete(next.who);
    else model.inactive.add(next.who);
    return;
  }
  if (next.kind === 'privacy') {
    await world.setPrivate(people[next.who] as People[number], next.value);
    await world.drain();
    model.setPrivate(next.who, next.value);
    return;
  }
  const [a, b] = next.pair.map((n) => people[n] as People[number]) as [People[number], People[number]];
  const input = { userId: b.id, ...(next.hide === undefined ? {} : { hideReposts: next.hide }) };
  const got = await world.graph[next.kind](a.actor, input).catch((error: unknown) => {
    if (isSocialError(error)) return error.code;
    throw error;
  });
  expect(got, JSON.stringify(next)).toEqual(model.run(next));
}

async function compare(world: SampleWorld, people: People, model: Model): Promise<void> {
  const everyone = people.map((_, n) => n);
  for (const a of everyone) {
    const { id, actor } = people[a] as People[number];
    const count = (keys: Iterable<string>, match: (key: string) => boolean) => [...keys].filter(match).length;
    expect(await world.counts(id)).toEqual([
      count(model.follows.keys(), (key) => key.endsWith(`>${a}`)),
      count(model.follows.keys(), (key) => key.startsWith(`${a}>`)),
      count(model.friends, (key) => key.startsWith(`${a}>`)),
    ]);
    const others = everyone.filter((b) => b !== a);
    const { items } = await world.graph.relationships(actor, {
      userIds: others.map((b) => people[b]?.id ?? ''),
    });
    for (const [index, b] of others.entries()) {
      const [out, back] = [`${a}>${b}`, `${b}>${a}`];
      const sees = model.sees([a, b]);
      expect(items[index]).toMatchObject({
        following: sees && model.follows.has(out),
        hideReposts: sees && model.follows.get(out) === true,
        followedBy: sees && model.follows.has(back),
        requested: sees && model.requests.has(out),
        requestedBy: sees && model.requests.has(back),
        friends: sees && model.friends.has(out),
        friendRequested: sees && model.friendRequests.has(out),
        friendRequestedBy: sees && model.friendRequests.has(back),
        blocking: model.blocks.has(out),
        muted: model.mutes.has(out),
      });
    }
    for (const b of everyone) await compareLists(world, people, model, [a, b]);
  }
}

async function compareLists(world: SampleWorld, people: People, model: Model, [a, b]: Pair): Promise<void> {
  const { actor } = people[a] as People[number];
  const userId = people[b]?.id ?? '';
  const listed = (list: 'followers' | 'following' | 'friends' | 'mutuals' | 'followersYouKnow') =>
    world.graph[list](actor, { userId, limit: 2 }).then(
      async (first) => {
        const rest = first.nextCursor
          ? await world.graph[list](actor, { userId, limit: 100, cursor: first.nextCursor })
          : { items: [] };
        return [...first.items, ...rest.items]
          .map(({ account }) => people.findIndex(({ id }) => id === account.id))
          .sort();
      },
      (error: unknown) => (isSocialError(error) ? error.code : Promise.reject(error)),
    );
  const shown = (who: number) => who === a || model.sees([a, who]);
  const follows = (x: number, y: number) => model.follows.has(`${x}>${y}`);
  const everyone = people.map((_, n) => n);
  const expected = (match: (who: number) => boolean) => {
    if (a !== b && !model.sees([a, b])) return NOT_FOUND;
    if (a !== b && model.isPrivate.has(b) && !follows(a, b)) return 'account.private';
    return everyone.filter((who) => match(who) && shown(who));
  };
  expect(await listed('followers')).toEqual(expected((who) => follows(who, b)));
  expect(await listed('following')).toEqual(expected((who) => follows(b, who)));
  expect(await listed('friends')).toEqual(expected((who) => model.friends.has(`${b}>${who}`)));
  expect(await listed('mutuals')).toEqual(expected((who) => follows(b, who) && follows(who, b)));
  expect(await listed('followersYouKnow')).toEqual(
    expected((who) => who !== b && follows(who, b) && follows(a, who)),
  );
}

/** Plays the steps in a new world among five accounts: each answer and finally every list must be the model's. */
export async function playAgainstModel(world: SampleWorld, steps: readonly Step[]): Promise<void> {
  const people: People[number][] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await world.account());
  const model = new Model();
  try {
    for (const next of steps) await perform(world, people, model, next);
    await compare(world, people, model);
  } finally {
    await world.close();
  }
}
