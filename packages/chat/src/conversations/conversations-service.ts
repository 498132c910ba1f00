import {
  type ContentGate,
  createService,
  openGate,
  type Runtime,
  type Service,
  type StreamPublisher,
  type UnitOfWork,
} from '@socialkit/core';
import { accept, decline } from './answer.js';
import { add, invite } from './bring-in.js';
import { createGroup, deleteGroup, editGroup } from './groups.js';
import { leave } from './leave.js';
import { createLink, joinByLink, previewLink, revokeLink } from './links.js';
import { openDirect } from './open.js';
import { conversationOperations } from './operations.js';
import { type ConversationOptions, resolveConversationOptions } from './options.js';
import { clear, prefer } from './prefer.js';
import { type MessagePreviews, noPreviews, type PresentReaders } from './present.js';
import { getConversation, listConversations, listLinks, listMembers, sharedConversations } from './reads.js';
import { ban, remove, unban, uninvite } from './remove.js';
import { setRole, transfer } from './roles.js';
import { type ConversationUnit, noPublisher } from './unit.js';

/** The conversations' public operations. */
export type ConversationsService = Service<typeof conversationOperations>;

/** What the conversations work on. */
export interface ConversationsDeps {
  readonly unitOfWork: UnitOfWork<ConversationUnit>;
  readonly readers: PresentReaders;
  readonly runtime: Runtime;
  /** Looks at titles, descriptions and pictures of groups. @default allows everything */
  readonly gate?: ContentGate;
  /** Tells open connections. @default tells nobody */
  readonly publisher?: StreamPublisher;
  /** Where the newest messages in lists come from. @default lists show none */
  readonly previews?: MessagePreviews;
}

/**
 * Assembles the conversations' public service.
 * @throws TypeError for options that make no sense
 */
export function createConversationsService(
  deps: ConversationsDeps,
  given: ConversationOptions = {},
): ConversationsService {
  const { unitOfWork, readers, runtime } = deps;
  const options = resolveConversationOptions(given);
  const writes = {
    unitOfWork,
    runtime,
    options,
    gate: deps.gate ?? openGate,
    publisher: deps.publisher ?? noPublisher,
  };
  const reads = { readers, clock: runtime.clock, previews: deps.previews ?? noPreviews };
  return createService(
    conversationOperations,
    {
      openDirect: async (actor, input) => {
        const { conversationId } = await openDirect(writes, actor, input);
        return getConversation(reads, actor, conversationId);
      },
      createGroup: async (actor, input) => {
        const { conversationId } = await createGroup(writes, actor, input);
        return getConversation(reads, actor, conversationId);
      },
      list: (actor, input) => listConversations(reads, actor, input),
      get: (actor, { conversationId }) => getConversation(reads, actor, conversationId),
      shared: (actor, input) => sharedConversations(reads, actor, input),
      edit: async (actor, input) => {
        await editGroup(writes, actor, input);
        return getConversation(reads, actor, input.conversationId);
      },
      delete: (actor, input) => deleteGroup(writes, actor, input),
      prefer: (actor, input) => prefer(writes, actor, input),
      clear: (actor, input) => clear(writes, actor, input),
      accept: (actor, input) => accept(writes, actor, input),
      decline: (actor, input) => decline(writes, actor, input),
      members: (actor, input) => listMembers(reads, actor, input),
      invite: (actor, input) => invite(writes, actor, input),
      uninvite: (actor, input) => uninvite(writes, actor, input),
      add: (actor, input) => add(writes, actor, input),
      remove: (actor, input) => remove(writes, actor, input),
      setRole: (actor, input) => setRole(writes, actor, input),
      transfer: (actor, input) => transfer(writes, actor, input),
      ban: (actor, input) => ban(writes, actor, input),
      unban: (actor, input) => unban(writes, actor, input),
      leave: (actor, input) => leave(writes, actor, input),
      links: (actor, input) => listLinks(reads, actor, input),
      createLink: (actor, input) => createLink(writes, actor, input),
      revokeLink: (actor, input) => revokeLink(writes, actor, input),
      previewLink: (actor, input) => previewLink(reads, actor, input),
      join: (actor, input) => joinByLink(writes, actor, input),
    },
    runtime,
  );
}
