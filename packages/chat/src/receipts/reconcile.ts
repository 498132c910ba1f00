import { type Actor, type Id, type JobHandler, notFound, systemActor } from '@socialkit/core';
import type { ReceiptDeps } from './unit.js';

/** The queue of the recurring recount. */
export const RECONCILE_QUEUE = 'receipts.reconcile';
const INTERVAL_MS = 24 * 60 * 60_000;
const BATCH = 100;

/**
 * Counts mentions, reactions and replies of a conversation anew and repairs what differs, behind its lock. What it finds is an
 * event and a line in the staff log.
 * @throws conversation.not_found
 */
export const reconcileConversation = (
  { unitOfWork }: Pick<ReceiptDeps, 'unitOfWork'>,
  actor: Actor,
  conversationId: Id,
): Promise<{ readonly repaired: number }> =>
  unitOfWork.transact(async (stores) => {
    if (!(await stores.conversations.lock(conversationId))) throw notFound('conversation');
    const repaired = await stores.receipts.recount(conversationId);
    if (repaired > 0) {
      await stores.outbox.append({
        type: 'receipt.drift_found',
        actor,
        payload: { conversationId, repaired },
      });
      await stores.audit.append({
        actor,
        action: RECONCILE_QUEUE,
        subject: { kind: 'conversation', id: conversationId },
        details: { repaired },
      });
    }
    return { repaired };
  });

/** The recurring walk over all conversations. */
export function createReceiptReconciler(deps: ReceiptDeps): {
  readonly queue: string;
  schedule(): Promise<void>;
  readonly handle: JobHandler;
} {
  const actor = systemActor(RECONCILE_QUEUE);
  const schedule = () => {
    const slot = Math.floor(deps.runtime.clock.now() / INTERVAL_MS) + 1;
    // The slot in the key keeps a second process, and a walk that plans its successor, from starting another one.
    return deps.unitOfWork.transact(async ({ jobs }) => {
      await jobs.enqueue(RECONCILE_QUEUE, {}, { key: `slot:${slot}`, runAt: slot * INTERVAL_MS });
    });
  };
  return {
    queue: RECONCILE_QUEUE,
    schedule,
    async handle(_jobs, { signal }) {
      await schedule();
      let after: Id | null = null;
      for (;;) {
        signal.throwIfAborted();
        const ids: readonly Id[] = await deps.readers.receipts.conversations(after, BATCH);
        for (const id of ids) {
          signal.throwIfAborted();
          // One that is deleted meanwhile needs no counters.
          await reconcileConversation(deps, actor, id).catch((error: { category?: string }) => {
            if (error.category !== 'not_found') throw error;
          });
        }
        after = ids.at(-1) ?? null;
        if (ids.length < BATCH) return;
      }
    },
  };
}
