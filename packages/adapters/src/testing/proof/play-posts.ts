import type { ContentGate } from '@socialkit/core';
import { oracleSeesAccount } from '@socialkit/core/testing';
import { acts, mayShare } from './oracle-writes.js';
import { drop, type PlainPost, type PlainWorld } from './plain-world.js';
import { type Move, type Player, twoAccounts } from './player.js';
import { erase, newPost, publishNow } from './post-changes.js';

const MINUTE_MS = 60_000;
/** Words that make the gate of played worlds hold or blur a text. */
const HOLD = 'holdme';
const BLUR = 'blurme';
/** The label of what the gate blurs. */
const BLURRED = 'sensitive';

/** The content gate of played worlds: decides by words of the text. */
export const playedGate: ContentGate = {
  async review({ surface, texts }) {
    const text = texts.text ?? '';
    if (surface === 'profile') return { decision: 'allow' };
    if (text.includes(HOLD)) return { decision: 'hold', reasons: ['a word'] };
    if (text.includes(BLUR)) return { decision: 'blur', label: BLURRED };
    return { decision: 'allow' };
  },
};

/** Whether the gate holds a text, and the label it gives it. */
export const verdictOf = (text: string) => ({
  held: text.includes(HOLD),
  label: !text.includes(HOLD) && text.includes(BLUR) ? BLURRED : null,
});

/** A text out of few words, so that mutes, tags and mentions meet it. */
export function someText({ dice, world }: Player): string {
  const words = ['tea', 'rain', 'cat', 'sun', '#sun', '#moon', '@'];
  const text = Array.from({ length: 1 + dice.below(4) }, () => dice.pick(words)).map((word) =>
    word === '@' ? `@${dice.pick(world.accounts).handle}` : word,
  );
  if (dice.chance(0.08)) text.push(HOLD);
  if (dice.chance(0.08)) text.push(BLUR);
  return `${text.join(' ')} ${dice.below(1000)}`;
}

const tokens = (text: string) => text.split(' ');
const tagsOf = (text: string): string[] => [
  ...new Set(tokens(text).flatMap((word) => (word.startsWith('#') ? [word.slice(1)] : []))),
];
const mentionsOf = (world: PlainWorld, authorId: string, text: string): string[] => [
  ...new Set(
    tokens(text).flatMap((word) => {
      const account = world.accounts.find(({ handle }) => word === `@${handle}`);
      return account && oracleSeesAccount(world, authorId, account.id) ? [account.id] : [];
    }),
  ),
];

const write: Move = async (player) => {
  const { kit, world, dice } = player;
  const authorId = dice.pick(world.accounts).id;
  const text = someText(player);
  const media = dice.chance(0.2) ? [`photo-${dice.below(100)}`] : [];
  const contentWarning = dice.chance(0.1) ? 'rain ahead' : null;
  const visibility = dice.weighted([
    ['public', 5],
    ['followers', 3],
    ['friends', 2],
    ['private', 1],
  ] as const);
  const commentPolicy = dice.chance(0.6)
    ? ('everyone' as const)
    : dice.pick(['followers', 'following', 'mentioned', 'nobody'] as const);
  const fate = dice.weighted([
    ['publish', 8],
    ['draft', 1],
    ['schedule', 1],
  ] as const);
  const publishAt = world.now + (5 + dice.below(30)) * MINUTE_MS;
  const expiresAt = dice.chance(0.15) ? world.now + (40 + dice.below(60)) * MINUTE_MS : null;
  const poll = dice.chance(0.15)
    ? {
        options: ['tea', 'rain'],
        multiple: dice.chance(0.4),
        durationMs: (5 + dice.below(60)) * MINUTE_MS,
      }
    : null;
  const quoted = dice.chance(0.2) ? dice.some(world.posts) : null;
  const said = await player.attempt(quoted ? 'quote' : `create ${fate}`, () =>
    kit.posts.create(player.as(authorId), {
      text,
      media: media.map((ref) => ({ ref, type: 'image' as const })),
      visibility,
      commentPolicy,
      ...(contentWarning === null ? {} : { contentWarning }),
      ...(poll === null ? {} : { poll }),
      ...(expiresAt === null ? {} : { expiresAt }),
      ...(quoted ? { quoteOfId: quoted.id } : {}),
      ...(fate === 'draft' ? { draft: true } : fate === 'schedule' ? { publishAt } : {}),
    }),
  );
  const may = quoted ? mayShare(world, authorId, quoted.id) : acts(world, authorId);
  player.judge('create', said, may, { authorId, quoted: quoted?.id });
  if (!said) return;
  const { held, label } = verdictOf(text);
  const post: PlainPost = {
    ...newPost(said.id, authorId, world.now),
    text,
    media,
    hasMedia: media.length > 0,
    contentWarning,
    visibility,
    commentPolicy,
    expiresAt,
    label,
    hashtags: tagsOf(text),
    mentions: mentionsOf(world, authorId, text),
    quoteOfId: quoted ? (quoted.repostOfId ?? quoted.id) : null,
    poll: poll && { ...poll, expiresAt: null, ballots: [] },
    publishedAt: null,
    scheduledAt: fate === 'schedule' ? publishAt : null,
    status: fate === 'draft' ? 'draft' : fate === 'schedule' ? 'scheduled' : 'under_review',
  };
  if (fate === 'publish' && !held) publishNow(world, post);
  world.posts.push(post);
};

/** What an unpublished post becomes when its time has come, under its new id. */
function becomes(world: PlainWorld, post: PlainPost, id: string): void {
  const { held, label } = verdictOf(post.text);
  post.draftId = post.id;
  post.id = id;
  post.label = label;
  post.scheduledAt = null;
  post.mentions = mentionsOf(world, post.authorId, post.text);
  if (held) post.status = 'under_review';
  else publishNow(world, post);
  // It stands where its new id puts it.
  drop(world.posts, (other) => other === post);
  world.posts.push(post);
}

/** Time passes: what was scheduled for it is published, or given back as a draft where it cannot be. */
export async function letTimePass(player: Player, ms: number): Promise<void> {
  const { kit, world, clock } = player;
  clock.advance(ms);
  world.now = clock.now();
  const due = world.posts
    .filter((post) => post.status === 'scheduled' && (post.scheduledAt ?? 0) <= world.now)
    .sort((a, b) => (a.scheduledAt ?? 0) - (b.scheduledAt ?? 0));
  if (due.length === 0) return;
  await kit.idle();
  const published: [PlainPost, string][] = [];
  for (const post of due) {
    const now = await kit.posts.get(player.as(post.authorId), { postId: post.id });
    if (now.status === 'draft') Object.assign(post, { status: 'draft', scheduledAt: null });
    else published.push([post, now.id]);
  }
  published.sort(([, a], [, b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  for (const [post, id] of published) becomes(world, post, id);
}

const passTime: Move = (player) => letTimePass(player, (1 + player.dice.below(12)) * MINUTE_MS);

const unpublished = ({ world, dice }: Player) =>
  dice.some(world.posts.filter(({ status }) => status === 'draft' || status === 'scheduled'));

const handleDraft: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = unpublished(player);
  if (!post) return;
  const me = player.as(post.authorId);
  const postId = post.id;
  const verb = dice.weighted([
    ['publish', 3],
    ['schedule', 1],
    ['unschedule', 1],
  ] as const);
  if (verb === 'publish') {
    const said = await player.attempt(verb, () => kit.posts.publish(me, { postId }));
    if (said) becomes(world, post, said.id);
  } else if (verb === 'schedule') {
    const publishAt = world.now + (5 + dice.below(20)) * MINUTE_MS;
    const said = await player.attempt(verb, () => kit.posts.schedule(me, { postId, publishAt }));
    if (said) Object.assign(post, { status: 'scheduled', scheduledAt: publishAt });
  } else {
    const said = await player.attempt(verb, () => kit.posts.unschedule(me, { postId }));
    if (said) Object.assign(post, { status: 'draft', scheduledAt: null });
  }
};

const edit: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts);
  if (!post) return;
  const text = dice.chance(0.8) ? someText(player) : post.text;
  const contentWarning = dice.chance(0.2) ? 'rain ahead' : null;
  const said = await player.attempt('edit', () =>
    kit.posts.edit(player.as(post.authorId), { postId: post.id, text, contentWarning }),
  );
  if (!said) return;
  const mentions = mentionsOf(world, post.authorId, text);
  const same =
    text === post.text && contentWarning === post.contentWarning && mentions.join() === post.mentions.join();
  if (same) return;
  const { held, label } = verdictOf(text);
  if (post.status === 'published') {
    post.versions.push({ text: post.text, writtenAt: post.editedAt ?? post.publishedAt ?? 0 });
    post.editedAt = world.now;
    if (held) post.status = 'under_review';
  }
  Object.assign(post, { text, contentWarning, mentions, hashtags: tagsOf(text) });
  post.label = post.status === 'draft' ? null : label;
};

const remove: Move = async (player) => {
  const { kit, world, dice } = player;
  const post = dice.some(world.posts);
  if (!post) return;
  const said = await player.attempt('delete', () =>
    kit.posts.delete(player.as(post.authorId), { postId: post.id }),
  );
  if (said) erase(world, post);
};

const readdress: Move = async (player) => {
  const { kit, dice, world } = player;
  const post = dice.some(world.posts);
  if (!post) return;
  const me = player.as(post.authorId);
  if (dice.chance(0.6)) {
    const visibility = dice.pick(['public', 'followers', 'friends', 'private'] as const);
    const input = { postId: post.id, visibility };
    if (await player.attempt('setVisibility', () => kit.posts.setVisibility(me, input)))
      post.visibility = visibility;
    return;
  }
  const commentPolicy = dice.pick(['everyone', 'followers', 'following', 'mentioned', 'nobody'] as const);
  const input = { postId: post.id, commentPolicy };
  if (await player.attempt('setCommentPolicy', () => kit.posts.setCommentPolicy(me, input)))
    post.commentPolicy = commentPolicy;
};

const noise: Move = async (player) => {
  // What nobody may do: an edit and a deletion of somebody else's post.
  const [author, other] = twoAccounts(player) ?? [];
  const post = player.world.posts.find(({ authorId }) => authorId === author);
  if (!post || !other) return;
  const stolen = await player.attempt('steal', () =>
    player.kit.posts.delete(player.as(other), { postId: post.id }),
  );
  if (stolen) throw new Error(`${other} deleted the post ${post.id} of ${author}`);
};

/** What happens to posts, and how often. */
export const postMoves: readonly (readonly [Move, number])[] = [
  [write, 16],
  [passTime, 5],
  [handleDraft, 3],
  [edit, 3],
  [remove, 1.5],
  [readdress, 2],
  [noise, 0.5],
];
