import type {
  FactsReader,
  Id,
  KernelStores,
  Runtime,
  StreamPublisher,
  UnitOfWork,
  UserStreamWriter,
} from '@socialkit/core';
import type { ConversationReaders, ConversationStores } from '../conversations/store.js';
import type { MessageReaders } from '../messages/store.js';
import type { ReceiptReader, ReceiptReaders, ReceiptStores } from './store.js';
import type { ReceiptOptions } from './types.js';

/** What the writes of receipts need of a unit of work. */
export type ReceiptUnit = ReceiptStores &
  Pick<ConversationStores, 'conversations' | 'members'> &
  Pick<KernelStores, 'jobs' | 'outbox' | 'audit'> & { readonly streams: UserStreamWriter };

/** What the reads of receipts work on. */
export type ReceiptReading = ReceiptReaders &
  Pick<ConversationReaders, 'conversations' | 'members'> &
  Pick<MessageReaders, 'messages'> & { readonly facts: FactsReader };

/** What receipts work on. */
export interface ReceiptDeps {
  readonly unitOfWork: UnitOfWork<ReceiptUnit>;
  readonly readers: ReceiptReading;
  readonly runtime: Runtime;
  readonly publisher: StreamPublisher;
  readonly settings: Required<ReceiptOptions>;
}

/** Whether an account lets others know what it has read. */
export const sharesRead = async (
  receipts: Pick<ReceiptReader, 'sharing'>,
  settings: Pick<Required<ReceiptOptions>, 'sharedByDefault'>,
  userId: Id,
): Promise<boolean> => (await receipts.sharing([userId])).get(userId) ?? settings.sharedByDefault;
