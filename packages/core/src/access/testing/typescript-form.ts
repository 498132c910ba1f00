import type { FactsReader } from '../facts.js';
import { canComment, canShare, canViewAccount, canViewField, isLive } from '../policy.js';
import { canViewWithout, type RuleName } from '../rules.js';
import { FIELD_AUDIENCES, type PolicyForm } from './proof.js';

/**
 * The TypeScript form of the policy over any {@link FactsReader}.
 * @param without rules that are switched off
 */
export function typescriptForm(
  name: string,
  facts: FactsReader,
  without: ReadonlySet<RuleName> = new Set(),
): PolicyForm {
  const sees = canViewWithout(without);
  return {
    name,
    async see(world, viewer) {
      const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
      const posts = await facts.posts(viewer, idsOf(world.posts));
      const comments = await facts.comments(viewer, idsOf(world.comments));
      const accounts = await facts.relations(viewer, idsOf(world.accounts));
      const requests = await facts.requests(viewer, idsOf(world.accounts));
      const passing = <T>(found: ReadonlyMap<string, T>, passes: (item: T) => boolean) =>
        new Set([...found].filter(([, item]) => passes(item)).map(([id]) => id));
      const seen = passing(posts, (item) => sees(item, world.now));
      const { now } = world;
      return {
        posts: seen,
        comments: passing(comments, (item) => sees(item, now)),
        accounts: passing(accounts, canViewAccount),
        mayComment: passing(
          posts,
          (item) => viewer !== null && seen.has(item.id) && isLive(item, now) && canComment(item),
        ),
        mayShare: passing(posts, (item) => viewer !== null && seen.has(item.id) && canShare(item, now)),
        muted: passing(accounts, (item) => item.muted),
        repostsHidden: passing(accounts, (item) => item.repostsHidden),
        requests: new Set(
          [...requests].flatMap(([id, waiting]) =>
            Object.entries(waiting).flatMap(([name, holds]) => (holds === true ? [`${id} ${name}`] : [])),
          ),
        ),
        fields: new Set(
          [...accounts].flatMap(([id, author]) =>
            FIELD_AUDIENCES.filter((audience) => canViewField(author, audience)).map(
              (audience) => `${id} ${audience}`,
            ),
          ),
        ),
      };
    },
  };
}
