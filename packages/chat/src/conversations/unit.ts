import type {
  AccountReader,
  ContentGate,
  FactsReader,
  KernelStores,
  Runtime,
  StreamPublisher,
  UnitOfWork,
} from '@socialkit/core';
import type { ConversationOptions } from './options.js';
import type { ConversationReaders, ConversationStores } from './store.js';

/** What the writes of conversations need of a unit of work. */
export type ConversationUnit = ConversationStores &
  Pick<KernelStores, 'outbox' | 'facts' | 'locks' | 'idempotency' | 'streams' | 'audit' | 'measures'> & {
    readonly accounts: AccountReader;
  };

/** What the writes of conversations work on. */
export interface ConversationWriteDeps {
  readonly unitOfWork: UnitOfWork<ConversationUnit>;
  readonly runtime: Runtime;
  readonly gate: ContentGate;
  readonly publisher: StreamPublisher;
  readonly options: Required<ConversationOptions>;
}

/** What deciding about a conversation reads. */
export type StandingReaders = Pick<ConversationReaders, 'conversations' | 'members'> & {
  readonly facts: FactsReader;
};

/** Tells nobody: for a process that no client is connected to. */
export const noPublisher: StreamPublisher = Object.freeze({
  publish() {},
  hint() {},
  accessChanged() {},
});
