import {
  accountOf,
  createService,
  type JobHandler,
  type Runtime,
  type Service,
  type StreamPublisher,
  type UnitOfWork,
} from '@socialkit/core';
import { noPublisher } from '../conversations/unit.js';
import { createShareHandler, markDelivered, markRead, markUnread, SHARE_QUEUE } from './mark.js';
import { receiptOperations } from './operations.js';
import { countReceipts, listReceipts, readBadge, readMarks } from './reads.js';
import { createReceiptReconciler, reconcileConversation } from './reconcile.js';
import type { ReceiptOptions } from './types.js';
import { type ReceiptDeps, type ReceiptReading, type ReceiptUnit, sharesRead } from './unit.js';

/** The receipts' public operations. */
export type ReceiptsService = Service<typeof receiptOperations>;

/** The receipts with what they do in the background. */
export interface Receipts {
  readonly service: ReceiptsService;
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
  readonly schedules: readonly (() => Promise<void>)[];
}

/** Assembles the receipts. @param given.publisher @default tells nobody */
export function createReceipts(
  given: {
    readonly unitOfWork: UnitOfWork<ReceiptUnit>;
    readonly readers: ReceiptReading;
    readonly runtime: Runtime;
    readonly publisher?: StreamPublisher;
  },
  options: ReceiptOptions = {},
): Receipts {
  const deps: ReceiptDeps = {
    unitOfWork: given.unitOfWork,
    readers: given.readers,
    runtime: given.runtime,
    publisher: given.publisher ?? noPublisher,
    settings: {
      sharedByDefault: options.sharedByDefault ?? true,
      reciprocal: options.reciprocal ?? false,
    },
  };
  const reconciler = createReceiptReconciler(deps);
  const service = createService(
    receiptOperations,
    {
      read: (actor, input) => markRead(deps, actor, input),
      delivered: (actor, input) => markDelivered(deps, actor, input),
      markUnread: (actor, { conversationId }) => markUnread(deps, actor, conversationId),
      marks: (actor, { conversationId }) => readMarks(deps, actor, conversationId),
      list: (actor, { conversationId }) => listReceipts(deps, actor, conversationId),
      count: (actor, input) => countReceipts(deps, actor, input),
      badge: (actor) => readBadge(deps, actor),
      settings: async (actor) => ({
        shareRead: await sharesRead(deps.readers.receipts, deps.settings, accountOf(actor)),
      }),
      updateSettings: async (actor, { shareRead }) => {
        await deps.unitOfWork.transact((stores) => stores.receipts.setSharing(accountOf(actor), shareRead));
        return { shareRead };
      },
      reconcile: (actor, { conversationId }) => reconcileConversation(deps, actor, conversationId),
    },
    deps.runtime,
  );
  return {
    service,
    workers: [
      { queue: SHARE_QUEUE, handle: createShareHandler(deps) },
      { queue: reconciler.queue, handle: reconciler.handle },
    ],
    schedules: [reconciler.schedule],
  };
}
