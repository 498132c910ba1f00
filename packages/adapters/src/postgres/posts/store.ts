import { type Clock, type Id, MAX_ID_STRING, type PostReader, type PostWriter } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { idBounds } from '../id-bounds.js';
import { idWindows, topId } from '../id-windows.js';
import * as statements from './post-statements.js';
import { postOf, postValues } from './rows.js';

const FIRST_REVISION_ABOVE = 2_147_483_647;

interface Deps {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}

/** Reads posts. */
export function createPostgresPostReader({ db }: Deps): PostReader {
  return {
    async find(id) {
      const row = await statements.find.first(db, { id });
      return row ? postOf(row) : null;
    },
    async aliases(ids) {
      const rows = ids.length === 0 ? [] : await statements.aliases.run(db, { ids });
      return new Map(rows.map(({ draftId, postId }) => [draftId, postId]));
    },
    async unpublished(author, { after, limit }) {
      const listed = await statements.unpublishedIds.run(db, {
        author,
        before: after ?? MAX_ID_STRING,
        limit,
      });
      const ids = listed.map(({ id }) => id);
      const rows = ids.length === 0 ? [] : await statements.byIds.run(db, { ids, ...idBounds(ids) });
      return rows.map(postOf);
    },
    async countUnpublished(author) {
      return (await statements.countUnpublished.first(db, { author }))?.count ?? 0;
    },
    async revisions(post, { after, limit }) {
      const rows = await statements.revisions.run(db, { post, before: after ?? FIRST_REVISION_ABOVE, limit });
      return rows.map(({ writtenAt, ...row }) => ({ ...row, writtenAt: Number(writtenAt) }));
    },
  };
}

/** The newest published post of an author. */
async function newestPostOf({ db, clock }: Deps, author: Id): Promise<Id | null> {
  for (const { from, before } of idWindows(topId(clock.now()), author)) {
    const found = await statements.newestOf.first(db, { author, before, floor: from });
    if (found) return found.id;
  }
  return null;
}

/** Reads and writes posts inside a transaction. */
export function createPostgresPosts(deps: {
  readonly tx: Transaction<Database>;
  readonly clock: Clock;
}): PostReader & PostWriter {
  const { tx, clock } = deps;
  const reader = createPostgresPostReader({ db: tx, clock });
  return {
    ...reader,
    async insert(post) {
      await statements.insert.run(tx, { ...postValues(post), revision: post.revision });
    },
    async update(id, revision, change) {
      const row = (await statements.byIds.run(tx, { ids: [id], lo: id, hi: id }))[0];
      if (row?.revision !== revision) return false;
      const post = { ...postOf(row), ...change };
      return (await statements.update.first(tx, { ...postValues(post), revision })) !== undefined;
    },
    async rename(draft, id) {
      await statements.renamePost.run(tx, { draft, id });
      await statements.renameParts.run(tx, { draft, id });
    },
    async addRevision(version) {
      await statements.addRevision.run(tx, {
        post: version.postId,
        revision: version.revision,
        text: version.text,
        entities: JSON.stringify(version.entities),
        media: JSON.stringify(version.media),
        link: version.link === null ? null : JSON.stringify(version.link),
        contentWarning: version.contentWarning,
        writtenAt: version.writtenAt,
      });
    },
    async setMentions(post, accounts) {
      await statements.setMentions.run(tx, { post, accounts });
    },
    async setHashtags(post, tags) {
      return (await statements.setHashtags.first(tx, { post, tags })) ?? { added: [], removed: [] };
    },
    async purge(post) {
      await statements.purge.run(tx, { post });
    },
    async touchAuthor(author) {
      await statements.setLastPost.run(tx, { author, post: await newestPostOf({ db: tx, clock }, author) });
    },
  };
}
