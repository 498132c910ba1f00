import type { SocialKit } from '@socialkit/adapters';
import { enroll, type Person } from './people.js';
import { describeQueue, seedQueue } from './queue.js';

/** Writes a line of the story. */
export type Print = (line: string) => void;

const TEXT = 'Our bakery gives away yesterday\u2019s bread tonight at eight, come and take what you like';

/** A moderator takes the next case of a queue. */
async function claim(kit: SocialKit, by: Person, queue: string) {
  const { claim: given } = await kit.moderation.cases.claim(by.actor, { queue });
  if (!given) throw new Error(`there is no case for ${by.name} in ${queue}`);
  return given;
}

async function removeReported(kit: SocialKit, moderator: Person, print: Print): Promise<void> {
  const { token, case: one } = await claim(kit, moderator, 'misleading');
  print(`${moderator.name} claims a case of "${one.queue}": "${one.content?.texts.text}"`);
  const reasons = one.reportReasons.map(({ reason, count }) => `${reason} x ${count}`).join(', ');
  print(`  reported as ${reasons}; nothing says by whom`);
  await kit.moderation.cases.decide(moderator.actor, {
    caseId: one.id,
    token,
    verdict: {
      decision: 'restrict',
      reason: 'a false offer',
      measures: [{ kind: 'remove' }],
      strike: 1,
      groundText: 'Rule 4: no false offers.',
      explanation: 'It promises goods that do not exist.',
    },
  });
  await kit.idle();
  print('  verdict: removed, with one strike');
}

/** The author reads why, and says that it is wrong. */
async function appeal(kit: SocialKit, author: Person, print: Print): Promise<void> {
  const { items } = await kit.moderation.statements.list(author.actor, {});
  const [statement] = items;
  if (!statement) throw new Error('a restriction without a statement');
  print(`${author.name} gets a statement of reasons:`);
  for (const line of statement.text.split('\n')) print(`    ${line}`);
  await kit.moderation.appeals.file(author.actor, {
    statementId: statement.id,
    text: 'We are a bakery. The bread was there, and forty people took some.',
  });
  await kit.idle();
  print(`${author.name} appeals`);
}

async function overturn(kit: SocialKit, first: Person, second: Person, print: Print): Promise<void> {
  const refused = await kit.moderation.cases.claim(first.actor, { queue: 'appeals' });
  print(
    `${first.name} asks for an appeal and gets ${refused.claim ? 'one' : 'none: the first look was hers'}`,
  );
  const { token, case: one } = await claim(kit, second, 'appeals');
  print(`${second.name} claims it: "${one.content?.texts.text}"`);
  await kit.moderation.cases.decide(second.actor, {
    caseId: one.id,
    token,
    verdict: { decision: 'overturn', reason: 'The offer was true; we are sorry.' },
  });
  await kit.idle();
  print('  verdict: overturned');
}

/** One restriction from the report to its end. @returns whether everything came out as it should */
export async function playStory(kit: SocialKit, print: Print): Promise<boolean> {
  const [author, reporter] = [await enroll(kit, 'bakery'), await enroll(kit, 'ben')];
  const [mia, noor] = [await enroll(kit, 'mia', 'moderator'), await enroll(kit, 'noor', 'moderator')];

  await seedQueue(kit, reporter);
  const post = await kit.posts.create(author.actor, { text: TEXT });
  await kit.moderation.reports.create(reporter.actor, {
    subject: { kind: 'post', id: post.id },
    reason: 'misleading.other',
    note: 'I was there and there was no bread.',
  });
  await kit.idle();
  print('The queue of the morning:');
  for (const line of await describeQueue(kit, mia)) print(`  ${line}`);

  // Whoever impersonates is first in this queue; his case is decided and done with.
  const other = await claim(kit, mia, 'misleading');
  if (other.case.subject.id !== post.id) {
    await kit.moderation.cases.decide(mia.actor, {
      caseId: other.case.id,
      token: other.token,
      verdict: { decision: 'approve', reason: 'satire' },
    });
    await kit.idle();
  } else await kit.moderation.cases.release(mia.actor, { caseId: other.case.id, token: other.token });

  await removeReported(kit, mia, print);
  const { items: reports } = await kit.moderation.reports.mine(reporter.actor, {});
  print(`${reporter.name} reads of his report: ${reports[0]?.state}`);
  const down = await kit.posts.get(reporter.actor, { postId: post.id }).then(
    () => false,
    () => true,
  );
  print(`nobody but its author sees the post: ${down}`);

  await appeal(kit, author, print);
  await overturn(kit, mia, noor, print);
  const back = await kit.posts.get(reporter.actor, { postId: post.id });
  const { items: appeals } = await kit.moderation.appeals.list(author.actor, {});
  print(`the post is ${back.status} again; the answer: "${appeals[0]?.answer}"`);
  const { overturned } = await kit.moderation.cases.stats(mia.actor, {});
  const figures = overturned.find(({ name }) => name === mia.id);
  print(`of ${figures?.decided} restrictions by ${mia.name} ${figures?.overturned} was overturned`);
  return down && back.status === 'published' && appeals[0]?.state === 'overturned';
}
