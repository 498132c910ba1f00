import type { SeenMessage } from '@socialkit/chat';
import type { Look } from './look.js';
import { standsIn } from './oracle-conversations.js';
import {
  expectBadge,
  expectHistory,
  expectMessage,
  expectReactorsOf,
  expectReads,
  hasPlaceFor,
  mayShow,
  messagesOf,
  readsIn,
  readsMessage,
} from './oracle-messages.js';
import type { PlainConversation, PlainMessage } from './plain-world.js';
import { summaryFields } from './projections.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

const MISSING = { error: 'conversation.not_found' };
const NO_MESSAGE = { error: 'message.not_found' };
const NO_ACCOUNT = '0';

/** A message as far as the oracle speaks about it. */
const messageFields = (view: SeenMessage) => ({
  seq: view.seq,
  createdAt: view.createdAt,
  status: view.status,
  authorId: view.authorId,
  text: view.text,
  replyToSeq: view.replyToSeq,
  threadRootSeq: view.threadRootSeq,
  replyCount: view.replyCount,
  forwarded: view.forwarded,
  reactions: { ...view.reactions },
  pinned: view.pinnedAt !== null,
  revision: view.revision,
  viewer: {
    own: view.viewer.own,
    reacted: [...view.viewer.reacted],
    canEdit: view.viewer.canEdit,
    canDelete: view.viewer.canDelete,
    canPin: view.viewer.canPin,
  },
});

const viewerOf = ({ viewer }: Look): string => viewer ?? NO_ACCOUNT;

/** Asks about some messages of every conversation, one by one. */
async function each(
  look: Look,
  compare: (
    conversation: PlainConversation,
    message: PlainMessage,
    key: { conversationId: string; seq: number },
  ) => Promise<void>,
): Promise<void> {
  for (const conversation of look.world.conversations)
    for (const message of messagesOf(look.world, conversation)) {
      if (!look.dice.chance(0.5)) continue;
      await compare(conversation, message, { conversationId: conversation.id, seq: message.seq });
    }
}

/** What a single message is refused with, or null. */
const refusal = (look: Look, conversation: PlainConversation, message: PlainMessage) => {
  const viewer = viewerOf(look);
  if (!readsIn(look.world, viewer, conversation)) return MISSING;
  const seen =
    readsMessage(look.world, viewer, conversation, message) &&
    hasPlaceFor(look.world, viewer, conversation, message);
  return seen ? null : NO_MESSAGE;
};

async function compareHistory(look: Look, conversation: PlainConversation): Promise<void> {
  const { world, dice, kit, actor } = look;
  const { id: conversationId } = conversation;
  const viewer = viewerOf(look);
  const all = readsIn(world, viewer, conversation) ? expectHistory(world, viewer, conversation) : null;
  const read = (input: { before?: number; after?: number; around?: number; limit: number }) =>
    look.ask(
      () => kit.messages.history(actor, { conversationId, ...input }),
      ({ items, referenced, accounts, before, after }) => ({
        items: items.map(messageFields),
        // Who wrote what is shown, and nothing that answers do not name.
        strangers: accounts.filter(
          ({ id }) => ![...items, ...referenced].some(({ authorId }) => authorId === id),
        ).length,
        unnamed: referenced.filter(({ seq }) => !items.some(({ replyToSeq }) => replyToSeq === seq)).length,
        before,
        after,
      }),
    );
  const limit = 1 + dice.below(5);
  const expected = (
    items: NonNullable<typeof all>,
    { older, newer }: { readonly older: boolean; readonly newer: boolean },
  ) => ({
    items,
    strangers: 0,
    unnamed: 0,
    before: older ? (items[0]?.seq ?? null) : null,
    after: newer ? (items.at(-1)?.seq ?? null) : null,
  });
  const newest = all?.slice(-limit);
  look.same(
    { conversationId, limit },
    await read({ limit }),
    newest === undefined ? MISSING : expected(newest, { older: (all ?? []).length > limit, newer: false }),
  );
  // Walks back from the end: everything comes once, and nothing else.
  const walked: unknown[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await read({ limit, ...(before === undefined ? {} : { before }) });
    if (!('items' in page)) {
      walked.push(page);
      break;
    }
    walked.unshift(...page.items);
    if (page.before === null) break;
    before = page.before;
  }
  look.same({ conversationId, walk: limit }, walked, all ?? [MISSING]);
  if (all === null || all.length === 0) return;
  const around = dice.pick(all).seq;
  const half = Math.floor(limit / 2);
  const below = all.filter(({ seq }) => seq <= around);
  const above = all.filter(({ seq }) => seq > around);
  look.same(
    { conversationId, around, limit },
    await read({ around, limit }),
    expected([...below.slice(-(limit - half)), ...above.slice(0, half)], {
      older: below.length > limit - half,
      newer: above.length > half,
    }),
  );
}

/** Reads of messages. */
export const messageSurfaces: Readonly<Record<string, Surface>> = {
  'messages.history': async (look) => {
    for (const conversation of look.world.conversations) await compareHistory(look, conversation);
    look.same(
      { conversationId: NOBODY },
      await look.ask(
        () => look.kit.messages.history(look.actor, { conversationId: NOBODY }),
        () => null,
      ),
      MISSING,
    );
  },
  'messages.get': (look) =>
    each(look, async (conversation, message, key) => {
      const said = await look.ask(() => look.kit.messages.get(look.actor, key), messageFields);
      const expected =
        refusal(look, conversation, message) ??
        expectMessage(look.world, viewerOf(look), conversation, message);
      look.same(key, said, expected);
    }),
  'messages.thread': (look) =>
    each(look, async (conversation, message, key) => {
      const viewer = viewerOf(look);
      const said = await look.ask(
        () => look.kit.messages.thread(look.actor, { ...key, limit: 100 }),
        ({ items }) => items.map(messageFields),
      );
      const reads = readsIn(look.world, viewer, conversation);
      const all = reads ? expectHistory(look.world, viewer, conversation) : [];
      const floorHidden = !hasPlaceFor(look.world, viewer, conversation, { ...message, hiddenFor: [] });
      const members = new Set(
        messagesOf(look.world, conversation)
          .filter(({ seq, threadRootSeq }) => seq === message.seq || threadRootSeq === message.seq)
          .map(({ seq }) => seq),
      );
      const missing = !reads ? MISSING : floorHidden || message.threadRootSeq !== null ? NO_MESSAGE : null;
      look.same(key, said, missing ?? all.filter(({ seq }) => members.has(seq)));
    }),
  'messages.search': async (look) => {
    const { world, dice } = look;
    const viewer = viewerOf(look);
    for (const conversation of world.conversations) {
      const { id: conversationId } = conversation;
      const query = dice.pick(['tea', 'CAKE and', 'umb', 'and tea', 'kettle & !', '"rain', '%']);
      const said = await look.walk(
        { conversationId, query },
        (page) => look.kit.messages.search(look.actor, { conversationId, query, ...page }),
        messageFields,
        ({ seq }) => seq,
      );
      const asked = query
        .toLowerCase()
        .split(/[^a-z]+/)
        .filter((word) => word !== '');
      const found = messagesOf(world, conversation)
        .filter((message) => readsMessage(world, viewer, conversation, message))
        .filter((message) => hasPlaceFor(world, viewer, conversation, message))
        .filter(({ text }) => {
          const held = text.toLowerCase().split(' ');
          const last = asked.at(-1);
          return (
            last !== undefined &&
            asked.slice(0, -1).every((word) => held.includes(word)) &&
            held.some((word) => word.startsWith(last))
          );
        })
        .reverse()
        .map((message) => expectMessage(world, viewer, conversation, message));
      look.same({ conversationId, query }, said, readsIn(world, viewer, conversation) ? found : MISSING);
    }
  },
  'messages.revisions': (look) =>
    each(look, async (conversation, message, key) => {
      let place = 0;
      const said = await look.walk(
        key,
        (page) => look.kit.messages.revisions(look.actor, { ...key, ...page }),
        ({ text }) => text,
        // Two revisions may say the same; the list is compared as a whole.
        () => place++,
      );
      look.same(key, said, refusal(look, conversation, message) ?? [...message.earlier].reverse());
    }),
  'messages.reactors': (look) =>
    each(look, async (conversation, message, key) => {
      const said = await look.walk(
        key,
        (page) => look.kit.messages.reactors(look.actor, { ...key, ...page }),
        ({ user, kind }) => ({ user: summaryFields(user), kind }),
        ({ user, kind }) => `${user.id} ${kind}`,
      );
      look.same(
        key,
        said,
        refusal(look, conversation, message) ?? expectReactorsOf(look.world, viewerOf(look), message),
      );
    }),
  'messages.pinned': async (look) => {
    const { world } = look;
    const viewer = viewerOf(look);
    for (const conversation of world.conversations) {
      const { id: conversationId } = conversation;
      const said = await look.ask(
        () => look.kit.messages.pinned(look.actor, { conversationId }),
        ({ items }) => items.map(messageFields),
      );
      const pinned = messagesOf(world, conversation)
        .filter(({ pinnedAt }) => pinnedAt !== null)
        .filter((message) => readsMessage(world, viewer, conversation, message))
        .filter((message) => hasPlaceFor(world, viewer, conversation, message))
        .sort((a, b) => (b.pinnedAt ?? 0) - (a.pinnedAt ?? 0) || b.seq - a.seq)
        .map((message) => expectMessage(world, viewer, conversation, message));
      look.same({ conversationId }, said, readsIn(world, viewer, conversation) ? pinned : MISSING);
    }
  },
  'messages.scheduled': async (look) => {
    const said = await look.ask(
      () => look.kit.messages.scheduled(look.actor, {}),
      ({ items }) => items.map(({ id, text, sendAt }) => ({ id, text, sendAt })),
    );
    const own = look.world.scheduled
      .filter(({ userId }) => userId === look.viewer)
      .sort((a, b) => a.sendAt - b.sendAt || (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
      .map(({ id, text, sendAt }) => ({ id, text, sendAt }));
    look.same({}, said, own);
  },
  'messages.draft': async (look) => {
    const { world } = look;
    for (const conversation of world.conversations) {
      const { id: conversationId } = conversation;
      const said = await look.ask(
        () => look.kit.messages.draft(look.actor, { conversationId }),
        ({ draft }) => draft?.text ?? null,
      );
      const draft = world.drafts.find(
        (held) => held.userId === look.viewer && held.conversationId === conversationId,
      );
      look.same(
        { conversationId },
        said,
        readsIn(world, viewerOf(look), conversation) ? (draft?.text ?? null) : MISSING,
      );
    }
  },
  'messages.drafts': async (look) => {
    const { world } = look;
    const said = await look.walk(
      {},
      (page) => look.kit.messages.drafts(look.actor, page),
      ({ conversationId, text }) => ({ conversationId, text }),
      ({ conversationId }) => conversationId,
    );
    const readable = new Set(
      world.conversations
        .filter((conversation) => readsIn(world, viewerOf(look), conversation))
        .map(({ id }) => id),
    );
    const own = world.drafts
      .filter(({ userId, conversationId }) => userId === look.viewer && readable.has(conversationId))
      .map(({ conversationId, text }) => ({ conversationId, text }));
    const inOrder = (drafts: typeof own) =>
      [...drafts].sort((a, b) => (BigInt(a.conversationId) < BigInt(b.conversationId) ? -1 : 1));
    // Many are written at the same instant of the played clock: which of them comes first is for the suite of the store.
    look.same({}, Array.isArray(said) ? inOrder(said) : said, inOrder(own));
  },
};

/** Reads of receipts. */
export const receiptSurfaces: Readonly<Record<string, Surface>> = {
  'receipts.marks': async (look) => {
    const { world } = look;
    const viewer = viewerOf(look);
    for (const conversation of world.conversations) {
      const { id: conversationId, lastSeq } = conversation;
      const said = await look.ask(
        () => look.kit.receipts.marks(look.actor, { conversationId }),
        ({ lastReadSeq, unread, markedUnread, lastSeq: newest }) => ({
          lastReadSeq,
          unread,
          markedUnread,
          lastSeq: newest,
        }),
      );
      const member = conversation.members.find(({ userId }) => userId === viewer);
      const mark = world.marks.find(
        (held) => held.userId === viewer && held.conversationId === conversationId,
      );
      const active = standsIn(world, viewer, conversation) === 'active';
      look.same(
        { conversationId },
        said,
        active && member
          ? {
              lastReadSeq: member.readSeq,
              unread: Math.max(0, lastSeq - Math.max(member.readSeq, member.clearedSeq)),
              markedUnread: mark?.marked ?? false,
              lastSeq,
            }
          : MISSING,
      );
    }
  },
  'receipts.list': async (look) => {
    const { world } = look;
    const viewer = viewerOf(look);
    for (const conversation of world.conversations) {
      const { id: conversationId } = conversation;
      const said = await look.ask(
        () => look.kit.receipts.list(look.actor, { conversationId }),
        ({ items }) => items.filter((receipt) => !mayShow(world, viewer, conversation, receipt)),
      );
      look.same({ conversationId }, said, standsIn(world, viewer, conversation) === 'active' ? [] : MISSING);
    }
  },
  'receipts.count': (look) =>
    each(look, async (conversation, message, key) => {
      const said = await look.ask(
        () => look.kit.receipts.count(look.actor, key),
        ({ read }) => read,
      );
      const viewer = viewerOf(look);
      const reads = readsIn(look.world, viewer, conversation);
      const seen = readsMessage(look.world, viewer, conversation, message);
      look.same(
        key,
        said,
        !reads ? MISSING : !seen ? NO_MESSAGE : expectReads(look.world, conversation, message),
      );
    }),
  'receipts.badge': async (look) => {
    const said = await look.ask(
      () => look.kit.receipts.badge(look.actor, {}),
      (badge) => ({ ...badge }),
    );
    look.same({}, said, expectBadge(look.world, viewerOf(look)));
  },
  'receipts.settings': async (look) => {
    const said = await look.ask(
      () => look.kit.receipts.settings(look.actor, {}),
      ({ shareRead }) => shareRead,
    );
    look.same({}, said, look.world.readers.find(({ userId }) => userId === look.viewer)?.shares ?? true);
  },
};
