import type { Subscriber } from '../kernel/outbox.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { StreamPublisher, UserStreamWriter } from './streams.js';

/** What the streams of accounts are told on their own. */
export interface RealtimeBackgroundDeps {
  readonly unitOfWork: UnitOfWork<{ readonly streams: UserStreamWriter }>;
  readonly publisher: Pick<StreamPublisher, 'publish'>;
}

/**
 * Tells both sides of a block, on all their devices and also when they come later, that what they see of each other has changed:
 * `relation.changed { userId }`, the same for a block and for its end. It says what to read again and not what happened, so told
 * twice, or late, it is as true.
 */
export const createRealtimeSubscribers = ({
  unitOfWork,
  publisher,
}: RealtimeBackgroundDeps): readonly Subscriber[] => [
  {
    name: 'realtime.relations',
    types: ['block.created', 'block.removed'],
    async handle(event) {
      if (event.type !== 'block.created' && event.type !== 'block.removed') return;
      const { blockerId, blockedId } = event.payload;
      const told = await unitOfWork.transact(({ streams }) =>
        streams.append([
          { userId: blockerId, type: 'relation.changed', data: { userId: blockedId } },
          { userId: blockedId, type: 'relation.changed', data: { userId: blockerId } },
        ]),
      );
      for (const one of told) publisher.publish([one]);
    },
  },
];
