import { type Actor, accountOf, canViewAccount, type Id, notFound } from '@socialkit/core';
import { canRead, requireReader } from '../messages/unit.js';
import { viewOf } from './mark.js';
import { type Badge, MAX_SHOWN_RECEIPTS, type MarksView, type SharedReceipt } from './types.js';
import { type ReceiptDeps, sharesRead } from './unit.js';

/** @throws conversation.not_found unless the actor takes part */
export async function readMarks(
  { readers }: ReceiptDeps,
  actor: Actor,
  conversationId: Id,
): Promise<MarksView> {
  const marks = await readers.receipts.marks(conversationId, accountOf(actor));
  if (!marks) throw notFound('conversation');
  return viewOf(marks);
}

/** Whether the actor may learn what others have read: in a reciprocal setting only who shows his own. */
const mayKnow = async ({ readers, settings }: ReceiptDeps, userId: Id): Promise<boolean> =>
  !settings.reciprocal || (await sharesRead(readers.receipts, settings, userId));

/**
 * How far the others have come, as far as they let others know and the actor can see them.
 * @throws conversation.not_found unless the actor takes part
 */
export async function listReceipts(
  deps: ReceiptDeps,
  actor: Actor,
  conversationId: Id,
): Promise<{ readonly items: readonly SharedReceipt[]; readonly aggregated: boolean }> {
  const { readers } = deps;
  const userId = accountOf(actor);
  const { conversation, member } = await requireReader(readers, userId, conversationId);
  if (member.state !== 'active') throw notFound('conversation');
  if (conversation.memberCount > MAX_SHOWN_RECEIPTS) return { items: [], aggregated: true };
  if (!(await mayKnow(deps, userId))) return { items: [], aggregated: false };
  const receipts = await readers.receipts.shared(conversationId, MAX_SHOWN_RECEIPTS);
  const others = receipts.filter((receipt) => receipt.userId !== userId);
  const ids = others.map((receipt) => receipt.userId);
  const [relations, sharing] = await Promise.all([
    readers.facts.relations(userId, ids),
    readers.receipts.sharing(ids),
  ]);
  const items = others.filter(
    (receipt) =>
      canViewAccount(relations.get(receipt.userId)) &&
      (sharing.get(receipt.userId) ?? deps.settings.sharedByDefault),
  );
  return { items, aggregated: false };
}

/** @throws conversation.not_found, message.not_found */
export async function countReceipts(
  deps: ReceiptDeps,
  actor: Actor,
  { conversationId, seq }: { readonly conversationId: Id; readonly seq: number },
): Promise<{ readonly read: number; readonly delivered: number }> {
  const { readers, settings, runtime } = deps;
  const userId = accountOf(actor);
  const standing = await requireReader(readers, userId, conversationId);
  const message = (await readers.messages.byKeys(conversationId, [seq])).get(seq);
  if (!message || !(await canRead(readers, standing, message, runtime.clock.now())))
    throw notFound('message');
  if (!(await mayKnow(deps, userId))) return { read: 0, delivered: 0 };
  return readers.receipts.counts(conversationId, message, settings.sharedByDefault);
}

/** What waits for the actor: one query. */
export const readBadge = ({ readers, runtime }: ReceiptDeps, actor: Actor): Promise<Badge> =>
  readers.receipts.badge(accountOf(actor), runtime.clock.now());
