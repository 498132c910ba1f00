import { isDeepStrictEqual } from 'node:util';
import {
  canView,
  contentGateActor,
  endMeasures,
  isOfGate,
  labelOf,
  referenceOf,
  requireActive,
  restrictByGate,
  reviewContent,
} from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, forbidden, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import {
  type Formatting,
  findMentionCandidates,
  linksIn,
  mentionPairs,
  readText,
  resolveMentions,
} from '../text-entities/index.js';
import { restrictedComment, subjectOfComment } from './moderate.js';
import { countersOfMove } from './place.js';
import { type CommentWriteDeps, eventOf, lockComment } from './unit.js';

/**
 * Replaces the text of a comment by its author. What the gate wants to be looked at goes under review, and what is under
 * review stays there: an edit does not replace the look.
 *
 * @throws comment.not_found unless the actor sees it, comment.not_yours (forbidden), comment.not_editable (conflict) when
 * moderation took it down, content.rejected (forbidden), text.* (validation)
 */
export async function editComment(
  deps: CommentWriteDeps,
  actor: Actor,
  input: { readonly commentId: Id; readonly text: string; readonly formatting: readonly Formatting[] },
): Promise<void> {
  const { unitOfWork, runtime, gate, canonicalHandle } = deps;
  const authorId = accountOf(actor);
  const reading = readText(input.text, input.formatting);
  const verdict = await reviewContent(gate, {
    surface: 'comment',
    texts: { text: input.text },
    media: [],
    links: linksIn(reading.entities),
    authorId,
    subjectId: input.commentId,
  });
  await unitOfWork.transact(async (stores) => {
    const now = runtime.clock.now();
    const candidates = await findMentionCandidates(stores.accounts, canonicalHandle, reading);
    await stores.locks.pairShared(mentionPairs(authorId, candidates));
    const found = await lockComment(stores, authorId, input.commentId);
    if (!found || !canView(found.facts, now)) throw notFound('comment');
    const { comment, facts } = found;
    requireActive((await stores.facts.relations(authorId, [authorId])).get(authorId));
    if (!facts.author.self)
      throw forbidden('comment.not_yours', 'only the author of a comment can change its text');
    if (comment.status === 'flagged')
      throw conflict('comment.not_editable', 'this comment was taken down by moderation');

    const entities = await resolveMentions(stores.facts, authorId, reading, candidates);
    const unchanged = comment.text === input.text && isDeepStrictEqual(comment.entities, entities);
    if (unchanged) return;
    // The gate's warnings were about what the comment said before.
    const active = await stores.measures.active(subjectOfComment(comment));
    const old = active.filter((measure) => measure.kind === 'blur' && isOfGate(measure));
    await endMeasures(stores, runtime, contentGateActor, old, 'replaced');
    const kept = active.filter((measure) => !old.includes(measure));
    const revision = await stores.comments.edit(comment.id, {
      text: input.text,
      entities,
      label: verdict.decision === 'blur' ? verdict.label : labelOf(kept),
      editedAt: now,
    });
    if (revision === null) throw notFound('comment');
    const isHeld = kept.some(({ kind }) => kind === 'hold');
    if (verdict.decision === 'blur' || !isHeld)
      await restrictByGate(stores, runtime, restrictedComment({ ...comment, revision }), verdict);
    const about = eventOf(comment);
    const said = referenceOf(verdict);
    await stores.outbox.append({
      type: 'comment.edited',
      actor,
      payload: { ...about, revision, ...said },
    });
    if (verdict.decision !== 'hold') return;
    if (comment.status === 'published') {
      await stores.comments.move(comment.id, 'published', 'under_review', now);
      await stores.counters.add(await countersOfMove(stores.comments, comment, 'published', 'under_review'));
    }
    await stores.outbox.append({
      type: 'comment.held',
      actor,
      payload: { ...about, revision, reasons: verdict.reasons, ...said },
    });
  });
}
