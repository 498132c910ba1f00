import type { Id } from '@socialkit/core';
import type { ConversationKind, MemberRole } from './types.js';

interface MemberEvent {
  readonly conversationId: Id;
  readonly userId: Id;
}

/** What the conversations tell other slices and the host. Payloads carry ids and public facts only. */
export interface ConversationEvents {
  'conversation.created': {
    readonly conversationId: Id;
    readonly kind: ConversationKind;
    readonly createdBy: Id;
  };
  /** Profile, settings or owner of a group changed. `fields` names what, never the values. */
  'conversation.updated': {
    readonly conversationId: Id;
    readonly revision: number;
    readonly fields: readonly string[];
  };
  /** A group is gone for everybody. */
  'conversation.deleted': { readonly conversationId: Id };
  /** Somebody was asked into a group: who wants to tell him listens here. */
  'member.invited': MemberEvent & { readonly invitedBy: Id };
  /** An invitation was taken back. */
  'member.uninvited': MemberEvent;
  /** The invited account said no. The inviter is never told. */
  'member.declined': MemberEvent;
  'member.joined': MemberEvent & { readonly via: 'created' | 'invitation' | 'added' | 'link' };
  'member.left': MemberEvent;
  'member.removed': MemberEvent;
  'member.banned': MemberEvent;
  'member.unbanned': MemberEvent;
  'member.role_changed': MemberEvent & { readonly from: MemberRole; readonly to: MemberRole };
  /** The receiver of a stranger's first message accepted the conversation. */
  'message_request.accepted': MemberEvent & { readonly senderId: Id };
  /** The receiver said no. The sender is never told. */
  'message_request.declined': MemberEvent & { readonly senderId: Id };
  'join_link.created': { readonly conversationId: Id; readonly linkId: Id };
  'join_link.revoked': { readonly conversationId: Id; readonly linkId: Id };
}

declare module '@socialkit/core' {
  interface EventMap extends ConversationEvents {}
}
