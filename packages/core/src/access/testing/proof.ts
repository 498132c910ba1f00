import {
  oracleHidesReposts,
  oracleIsInAudience,
  oracleMayComment,
  oracleMayShare,
  oracleMutes,
  oracleRequests,
  oracleSeesAccount,
  oracleSeesComment,
  oracleSeesPost,
} from './oracle.js';
import { viewersOf, type World, type WorldPost } from './world.js';

/** What one form of the policy lets a viewer see of a loaded world: the ids that pass. */
export interface SeenIds {
  readonly posts: ReadonlySet<string>;
  readonly comments: ReadonlySet<string>;
  /** Absent for forms that do not decide about accounts. */
  readonly accounts?: ReadonlySet<string>;
  readonly mayComment?: ReadonlySet<string>;
  readonly mayShare?: ReadonlySet<string>;
  readonly muted?: ReadonlySet<string>;
  readonly repostsHidden?: ReadonlySet<string>;
  /** `accountId visibility` of every profile field that passes. */
  readonly fields?: ReadonlySet<string>;
  /** `accountId name` of every request that waits. */
  readonly requests?: ReadonlySet<string>;
}

/** A form of the policy under proof. */
export interface PolicyForm {
  readonly name: string;
  see(world: World, viewer: string | null): Promise<SeenIds>;
}

/** Visibilities a profile field can have. */
export const FIELD_AUDIENCES: readonly WorldPost['visibility'][] = [
  'public',
  'followers',
  'friends',
  'private',
];

/** What the oracle lets a viewer see. */
export function oracleSees(world: World, viewer: string | null): Required<SeenIds> {
  const those = (items: readonly { readonly id: string }[], sees: (id: string) => boolean) =>
    new Set(items.map(({ id }) => id).filter(sees));
  return {
    posts: those(world.posts, (id) => oracleSeesPost(world, viewer, id)),
    comments: those(world.comments, (id) => oracleSeesComment(world, viewer, id)),
    accounts: those(world.accounts, (id) => oracleSeesAccount(world, viewer, id)),
    mayComment: those(world.posts, (id) => viewer !== null && oracleMayComment(world, viewer, id)),
    mayShare: those(world.posts, (id) => viewer !== null && oracleMayShare(world, viewer, id)),
    muted: those(world.accounts, (id) => oracleMutes(world, viewer, id)),
    repostsHidden: those(world.accounts, (id) => oracleHidesReposts(world, viewer, id)),
    requests: new Set(
      world.accounts.flatMap(({ id }) => oracleRequests(world, viewer, id).map((name) => `${id} ${name}`)),
    ),
    fields: new Set(
      world.accounts.flatMap(({ id }) =>
        FIELD_AUDIENCES.filter(
          (audience) =>
            oracleSeesAccount(world, viewer, id) && oracleIsInAudience(world, viewer, id, audience),
        ).map((audience) => `${id} ${audience}`),
      ),
    ),
  };
}

/**
 * Compares a form with the oracle on every (viewer, item) pair of a world.
 * @returns the first pairs that differ, in words; empty when all agree
 */
export async function disagreements(world: World, form: PolicyForm): Promise<readonly string[]> {
  const found: string[] = [];
  for (const viewer of viewersOf(world)) {
    const expected = oracleSees(world, viewer);
    const actual = await form.see(world, viewer);
    for (const kind of Object.keys(expected) as (keyof SeenIds)[]) {
      const seen = actual[kind];
      if (!seen) continue;
      for (const id of new Set([...expected[kind], ...seen])) {
        if (expected[kind].has(id) === seen.has(id)) continue;
        const says = seen.has(id) ? 'lets through' : 'hides';
        found.push(`${form.name} ${says} ${kind} ${id} for viewer ${viewer ?? 'nobody'}`);
      }
    }
    if (found.length > 0) break;
  }
  return found;
}
