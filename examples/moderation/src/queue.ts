import type { SocialKit } from '@socialkit/adapters';
import type { ReportReason } from '@socialkit/moderation';
import { enroll, type Person } from './people.js';

/** What is posted, and how it gets before a moderator: by a report, or because the pipeline holds it. */
const POSTS: readonly { readonly text: string; readonly reason?: ReportReason }[] = [
  { text: 'You are such a stupid b i t c h, shut up you piece of shit' },
  { text: 'I will find you and I will hurt you', reason: 'violence.threat' },
  { text: 'Cheap watches, write to me for the price list', reason: 'misleading.spam' },
  { text: 'Cheap watches! Write to me for the price list now', reason: 'misleading.scam' },
  { text: 'This is not my account, it is a joke about the mayor', reason: 'misleading.impersonation' },
];

/** Fills the queue with what a day brings. @returns the posts that are held with their authors, by text */
export async function seedQueue(kit: SocialKit, reporter: Person): Promise<void> {
  for (const [n, { text, reason }] of POSTS.entries()) {
    const author = await enroll(kit, `author_${n}`);
    const post = await kit.posts.create(author.actor, { text });
    if (reason)
      await kit.moderation.reports.create(reporter.actor, { subject: { kind: 'post', id: post.id }, reason });
  }
  await kit.idle();
}

/** The queue as a moderator sees it, one line a case, most urgent first. */
export async function describeQueue(kit: SocialKit, moderator: Person): Promise<readonly string[]> {
  const { items } = await kit.moderation.cases.list(moderator.actor, {});
  return items.map(
    ({ queue, source, severity, reportCount }, n) =>
      `${n + 1}. ${queue.padEnd(12)} severity ${severity}  found by ${source.padEnd(9)} ${reportCount} reports`,
  );
}
