import type { PlainWorld } from './plain-world.js';

// What is restricted, by looking at plain data. It shares no code with the product.

/** A restriction that can be seen: what it does, to what, and the warning it shows. */
export interface PlainRestriction {
  readonly enforcement: string;
  readonly subject: string;
  readonly label: string | null;
}

const ofContent = (
  kind: 'post' | 'comment',
  { id, status, label }: { readonly id: string; readonly status: string; readonly label: string | null },
): PlainRestriction[] => {
  const subject = `${kind}:${id}`;
  // Nobody but its author sees a draft: what the gate says of it waits for its publication.
  if (status === 'draft' || status === 'scheduled' || status === 'deleted') return [];
  return [
    ...(status === 'flagged' ? [{ enforcement: 'removed', subject, label: null }] : []),
    ...(status === 'under_review' ? [{ enforcement: 'held', subject, label: null }] : []),
    ...(label === null ? [] : [{ enforcement: 'labeled', subject, label }]),
  ];
};

/** Everything that restricts an account and what it wrote, deleted content left out. */
export function expectRestrictions(world: PlainWorld, accountId: string): PlainRestriction[] {
  const account = world.accounts.find(({ id }) => id === accountId);
  if (!account) return [];
  const subject = `account:${accountId}`;
  return [
    ...(account.state === 'limited' || account.state === 'suspended'
      ? [{ enforcement: account.state, subject, label: null }]
      : []),
    ...(account.label === null ? [] : [{ enforcement: 'labeled', subject, label: account.label }]),
    ...world.posts
      .filter(({ authorId }) => authorId === accountId)
      .flatMap((post) => ofContent('post', post)),
    ...world.comments
      .filter(({ authorId }) => authorId === accountId)
      .flatMap((comment) => ofContent('comment', comment)),
  ];
}

/** Whether plain data can say what restricts it: deleted content, and the state somebody who left comes back to, it cannot. */
export function isSpokenOf(world: PlainWorld, { enforcement, subject }: PlainRestriction): boolean {
  const [kind, id] = subject.split(':');
  const content = kind === 'post' ? world.posts : kind === 'comment' ? world.comments : null;
  if (content) return content.some((item) => item.id === id && item.status !== 'deleted');
  const account = world.accounts.find((other) => other.id === id);
  return kind === 'account' && (enforcement === 'labeled' || account?.state !== 'deactivated');
}
