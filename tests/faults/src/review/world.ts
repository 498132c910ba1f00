import { createSocialKit, type SocialKit } from '@socialkit/adapters';
import { migrateServer } from '@socialkit/adapters/postgres';
import { type PostgresServer, startPostgres } from '@socialkit/test-services';

/** A server of its own with reported posts that wait for moderators. */
export interface ReviewWorld {
  readonly postgres: PostgresServer;
  /** Works deliveries and jobs; decides nothing. */
  readonly kit: SocialKit;
  readonly moderators: readonly string[];
  readonly posts: readonly string[];
  close(): Promise<void>;
}

/** Writes made side by side while the world is filled. */
const AT_ONCE = 8;

async function inTurns<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += AT_ONCE)
    made.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => make(from + n)),
      )),
    );
  return made;
}

async function fill(kit: SocialKit, size: { readonly workers: number; readonly items: number }) {
  const enroll = async (handle: string) =>
    (await kit.identity.register(kit.system, { externalId: `fault-${handle}`, handle })).id;
  const moderators = await inTurns(size.workers, async (n) => {
    const userId = await enroll(`moderator_${n}`);
    await kit.identity.assignRole(kit.system, { userId, role: 'moderator' });
    return userId;
  });
  const authors = await inTurns(AT_ONCE, (n) => enroll(`author_${n}`));
  const reporter = await enroll('reporter');
  const posts = await inTurns(size.items, async (n) => {
    const author = kit.actor(authors[n % AT_ONCE] ?? '');
    const { id } = await kit.posts.create(author, { text: `offer ${n}` });
    await kit.moderation.reports.create(kit.actor(reporter), {
      subject: { kind: 'post', id },
      reason: 'misleading.spam',
    });
    return id;
  });
  await kit.idle(600_000);
  return { moderators, posts };
}

/** Starts a server, fills it, and waits until every post has a case. */
export async function openReviewWorld(size: {
  readonly workers: number;
  readonly items: number;
}): Promise<ReviewWorld> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startPostgres();
    closers.push(() => postgres.close());
    await migrateServer({ url: postgres.url });
    const kit = await createSocialKit({
      database: { url: postgres.url, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
      contentGate: { review: async () => ({ decision: 'allow' }) },
      moderation: { reports: { limit: 1_000_000 }, review: { qualityShare: 0 } },
    });
    closers.push(() => kit.close());
    return { postgres, kit, close, ...(await fill(kit, size)) };
  } catch (error) {
    await close();
    throw error;
  }
}
