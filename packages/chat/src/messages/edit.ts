import { isDeepStrictEqual } from 'node:util';
import {
  type Actor,
  accountOf,
  contentGateActor,
  endMeasures,
  type Formatting,
  findMentionCandidates,
  forbidden,
  isOfGate,
  linksIn,
  mentionedIn,
  notFound,
  readText,
  referenceOf,
  requireActive,
  resolveMentions,
  restrictByGate,
  reviewContent,
} from '@socialkit/core';
import { changeMessage } from './change.js';
import { restrictedMessage, subjectOfMessage } from './moderate.js';
import { withinWindow } from './present.js';
import { goneFromThread } from './threads.js';
import type { Message, MessageKey } from './types.js';
import { eventOf, type MessageDeps } from './unit.js';

/**
 * Replaces the text of a message by its author, within the window for it. What the gate wants to be looked at goes under
 * review, and what is under review stays there: an edit does not replace the look.
 *
 * @returns the message as it is now
 * @throws conversation.not_found, message.not_found, message.not_yours, message.too_late (forbidden), content.rejected
 * (forbidden), text.* (validation)
 */
export async function editMessage(
  deps: MessageDeps,
  actor: Actor,
  input: MessageKey & { readonly text: string; readonly formatting: readonly Formatting[] },
): Promise<Message> {
  const authorId = accountOf(actor);
  const { settings } = deps;
  const reading = readText(input.text, input.formatting);
  const verdict = settings.moderated
    ? await reviewContent(deps.gate, {
        surface: 'message',
        texts: { text: input.text },
        media: [],
        links: linksIn(reading.entities),
        authorId,
        subjectId: input.conversationId,
      })
    : ({ decision: 'allow' } as const);
  const candidates = await findMentionCandidates(deps.readers.accounts, deps.canonicalHandle, reading);
  return changeMessage(
    deps,
    authorId,
    input,
    async (change, { standing, message }) => {
      const { stores, now, say } = change;
      requireActive(standing.self);
      if (message.authorId !== authorId)
        throw forbidden('message.not_yours', 'only the author of a message can change its text');
      // What he has deleted for himself is not there for him.
      const own = await stores.messages.ownState(authorId, input.conversationId, [input.seq]);
      if (own.get(input.seq)?.hidden) throw notFound('message');
      if (standing.member.state !== 'active' || message.forwarded)
        throw forbidden('message.not_editable', 'this message cannot be edited');
      if (!withinWindow(message, settings.editWindowMs, now))
        throw forbidden('message.too_late', 'this message is too old to be edited');
      const entities = await resolveMentions(stores.facts, authorId, reading, candidates);
      if (message.text === input.text && isDeepStrictEqual(message.entities, entities)) return message;

      // The gate's warnings were about what the message said before.
      const active = await stores.measures.active(subjectOfMessage(message));
      const old = active.filter((measure) => measure.kind === 'blur' && isOfGate(measure));
      await endMeasures(stores, deps.runtime, contentGateActor, old, 'replaced');
      const isHeld = active.some(({ kind }) => kind === 'hold');
      const label = verdict.decision === 'blur' ? verdict.label : null;
      const revision = await stores.messages.edit(message, {
        text: input.text,
        entities,
        label,
        editedAt: now,
      });
      if (verdict.decision === 'blur' || !isHeld)
        await restrictByGate(
          stores,
          deps.runtime,
          restrictedMessage({ ...message, ...(revision === null ? {} : { revision }) }),
          verdict,
        );
      const hold = verdict.decision === 'hold' ? verdict.reasons : null;
      const withdrawn = hold !== null && message.status === 'published';
      if (withdrawn) {
        await stores.messages.move(message, 'published', 'under_review');
        say({ type: 'message.held', by: null, seq: message.seq });
        await goneFromThread(change, message);
      }
      const shown = message.status === 'published' && !withdrawn;
      await stores.messages.setMentions(
        message,
        shown ? mentionedIn(entities).filter((id) => id !== authorId) : [],
      );
      say({ type: 'message.edited', by: authorId, seq: message.seq });
      const about = eventOf(message);
      await stores.outbox.append({
        type: 'message.edited',
        actor,
        payload: { ...about, revision, ...referenceOf(verdict) },
      });
      if (hold !== null)
        await stores.outbox.append({
          type: 'message.held',
          actor,
          payload: { ...about, revision, reasons: hold, ...referenceOf(verdict) },
        });
      return {
        ...message,
        text: input.text,
        entities,
        label,
        revision,
        editedAt: now,
        status: withdrawn ? 'under_review' : message.status,
      };
    },
    [...candidates.values()].map(({ id }) => id),
  );
}
