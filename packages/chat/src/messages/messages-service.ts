import {
  type Actor,
  type CanonicalHandle,
  type ContentGate,
  createService,
  DEFAULT_ROLES,
  type JobHandler,
  openGate,
  type RateLimiter,
  type RoleTable,
  type Runtime,
  type Service,
  type StreamPublisher,
  type UnitOfWork,
} from '@socialkit/core';
import { noPublisher } from '../conversations/unit.js';
import { type AttachmentResolver, opaqueAttachments } from './attachments.js';
import { pinMessage, reactToMessage, unreactToMessage } from './curate.js';
import { deleteMessage, hideMessage } from './delete.js';
import { listDrafts, readDraft, saveDraft } from './drafts.js';
import { editMessage } from './edit.js';
import { createExpiryHandler, EXPIRY_QUEUE } from './expire.js';
import { moveByStaff } from './moderate.js';
import { messageOperations } from './operations.js';
import { presentSent } from './present.js';
import {
  getMessage,
  presentOne,
  readHistory,
  readPinned,
  readReactors,
  readRevisions,
  readThread,
  searchMessages,
} from './reads.js';
import {
  cancelScheduled,
  createScheduledHandler,
  listScheduled,
  SCHEDULED_QUEUE,
  scheduleMessage,
} from './schedule.js';
import type { SentMessage } from './send.js';
import { createSending, forwardMessage, sendMessage } from './sending.js';
import { type MessageOptions, resolveMessageOptions } from './settings.js';
import type { MessageDeps, MessageReading, MessageUnit } from './unit.js';

/** The messages' public operations. */
export type MessagesService = Service<typeof messageOperations>;

/** What the messages work on. */
export interface MessagesDeps {
  readonly unitOfWork: UnitOfWork<MessageUnit>;
  readonly readers: MessageReading;
  readonly runtime: Runtime;
  /** How handles are spelled here: mentions are looked up by it. */
  readonly canonicalHandle: CanonicalHandle;
  readonly ports?: {
    /** Asked only with `moderated`. @default allows everything */
    readonly gate?: ContentGate;
    /** @default tells nobody */
    readonly publisher?: StreamPublisher;
    /** @default takes every ref as it is */
    readonly attachments?: AttachmentResolver;
    /** @default counts no sends */
    readonly rateLimiter?: RateLimiter;
    /** Ranks, so that staff act on lower ranks only. @default user, moderator, admin */
    readonly roles?: RoleTable;
  };
}

/** The messages with what they do in the background. */
export interface Messages {
  readonly service: MessagesService;
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
}

/**
 * Assembles the messages.
 * @throws TypeError for options that make no sense
 */
export function createMessages(given: MessagesDeps, options: MessageOptions = {}): Messages {
  const { ports = {}, ...base } = given;
  const settings = resolveMessageOptions(options);
  const deps: MessageDeps = {
    ...base,
    gate: ports.gate ?? openGate,
    publisher: ports.publisher ?? noPublisher,
    attachments: ports.attachments ?? opaqueAttachments,
    rateLimiter: ports.rateLimiter ?? null,
    roles: ports.roles ?? DEFAULT_ROLES,
    settings,
  };
  const { runtime, readers } = deps;
  const presenting = { readers, clock: runtime.clock, settings };
  const sending = createSending(deps);
  const sent = async (actor: Actor, { message, duplicate, placed }: SentMessage) => ({
    message: placed ? presentSent(presenting, placed, message) : await presentOne(presenting, actor, message),
    duplicate,
    held: message.status === 'under_review',
  });

  const service = createService(
    messageOperations,
    {
      send: async (actor, input) => sent(actor, await sendMessage(deps, sending, actor, input)),
      history: (actor, input) => readHistory(presenting, actor, input),
      get: (actor, key) => getMessage(presenting, actor, key),
      thread: (actor, input) => readThread(presenting, actor, input),
      search: (actor, input) => searchMessages(presenting, actor, input),
      revisions: (actor, input) => readRevisions(presenting, actor, input),
      reactors: (actor, input) => readReactors(presenting, actor, input),
      pinned: (actor, { conversationId }) => readPinned(presenting, actor, conversationId),
      edit: async (actor, input) => presentOne(presenting, actor, await editMessage(deps, actor, input)),
      delete: (actor, key) => deleteMessage(deps, actor, key),
      hide: (actor, key) => hideMessage(deps, actor, key),
      forward: async (actor, input) => sent(actor, await forwardMessage(deps, sending, actor, input)),
      react: (actor, input) => reactToMessage(deps, actor, input),
      unreact: (actor, input) => unreactToMessage(deps, actor, input),
      pin: (actor, key) => pinMessage(deps, actor, key, true),
      unpin: (actor, key) => pinMessage(deps, actor, key, false),
      schedule: (actor, input) => scheduleMessage(deps, actor, input),
      scheduled: (actor, { conversationId }) => listScheduled(deps, actor, conversationId ?? null),
      cancelScheduled: (actor, { scheduledId }) => cancelScheduled(deps, actor, scheduledId),
      saveDraft: (actor, input) => saveDraft(deps, actor, input),
      draft: (actor, { conversationId }) => readDraft(deps, actor, conversationId),
      drafts: (actor, input) => listDrafts(deps, actor, input),
      release: (actor, input) => moveByStaff(deps, actor, 'release', input),
      restore: (actor, input) => moveByStaff(deps, actor, 'restore', input),
      flag: (actor, input) => moveByStaff(deps, actor, 'flag', input),
    },
    runtime,
  );
  return {
    service,
    workers: [
      { queue: EXPIRY_QUEUE, handle: createExpiryHandler(deps) },
      { queue: SCHEDULED_QUEUE, handle: createScheduledHandler(deps, sending) },
    ],
  };
}
