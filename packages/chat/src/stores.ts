import type { CoreReaders, CoreStores } from '@socialkit/core';
import type { ConversationReaders, ConversationStores } from './conversations/store.js';
import type { MessageReaders, MessageStores } from './messages/store.js';
import type { PresenceRecordReader, PresenceRecordWriter } from './presence/store.js';
import type { ReceiptReaders, ReceiptStores } from './receipts/store.js';

/** Everything a unit of work of the chat offers beside the core's: each slice adds its stores here. */
export interface ChatStores extends ConversationStores, MessageStores, ReceiptStores {
  readonly presence: PresenceRecordReader & PresenceRecordWriter;
  // One line a slice.
}

/** The reading halves outside of a transaction, under the same names. */
export interface ChatReaders extends ConversationReaders, MessageReaders, ReceiptReaders {
  readonly presence: PresenceRecordReader;
  // One line a slice.
}

/** What a storage back-end hands out where there is a chat. */
export interface ChatUnit extends CoreStores, ChatStores {}

/** What it reads. */
export interface ChatReading extends CoreReaders, ChatReaders {}
