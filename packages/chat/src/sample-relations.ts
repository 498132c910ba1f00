import type { Id, UnitOfWork } from '@socialkit/core';
import type { ChatUnit } from './stores.js';

/** Somebody of a sample world. */
export interface Somebody {
  readonly id: Id;
}

/** What people of a sample world do to each other, straight in the stores: no rule, no event. */
export const sampleRelations = (
  unitOfWork: UnitOfWork<Pick<ChatUnit, 'follows' | 'friends' | 'blocks'>>,
  ids: { next(): Id },
) => ({
  async follow(follower: Somebody, followee: Somebody): Promise<void> {
    await unitOfWork.transact(({ follows }) =>
      follows.insert({
        followerId: follower.id,
        followeeId: followee.id,
        id: ids.next(),
        hideReposts: false,
      }),
    );
  },
  async befriend(a: Somebody, b: Somebody): Promise<void> {
    await unitOfWork.transact(({ friends }) => friends.insert(a.id, b.id, ids.next()));
  },
  async block(blocker: Somebody, blocked: Somebody): Promise<void> {
    await unitOfWork.transact(({ blocks }) => blocks.insert(blocker.id, blocked.id, ids.next()));
  },
  async unblock(blocker: Somebody, blocked: Somebody): Promise<void> {
    await unitOfWork.transact(({ blocks }) => blocks.remove(blocker.id, blocked.id));
  },
});
