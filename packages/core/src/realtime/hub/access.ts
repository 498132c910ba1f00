import type { Actor } from '../../kernel/actor.js';
import { createBatch } from '../../kernel/batch.js';
import { SocialError } from '../../kernel/errors.js';
import type { Id } from '../../kernel/ids.js';
import type { StreamAccess, StreamKind } from '../streams.js';
import { type Ground, RUSH_MS } from './ground.js';
import type { NodeViewer } from './types.js';

/** Questions that are asked one actor at a time, at once. */
const SIDE_BY_SIDE = 8;

interface Ask {
  readonly actor: Actor;
  readonly id: Id;
}

/** Who may read what, asked of the database for many at once. Fails closed: no answer is no access. */
export interface Access {
  /** @returns undefined when the actor may not read the stream, or there is none */
  readable(kind: StreamKind, actor: Actor, id: Id): Promise<StreamAccess | undefined>;
  /** Learns the viewer's standing unless it is known. @returns false when its sessions are not served */
  know(viewer: NodeViewer): Promise<boolean>;
  /** Learns it anew, whatever is known. */
  learn(viewer: NodeViewer): Promise<boolean>;
}

/** Sessions of an account that is suspended or gone. */
export const notServed = (): SocialError =>
  new SocialError('forbidden', 'account.suspended', 'this account is not served');

/** One set for all who block nobody, and so do most. */
export const NOBODY: ReadonlySet<Id> = new Set();

/** @internal */
export function createAccess(ground: Ground): Access {
  const askers = new Map<StreamKind, (ask: Ask) => Promise<StreamAccess | undefined>>();
  const askerOf = (kind: StreamKind) => {
    const known = askers.get(kind);
    if (known) return known;
    const asker = createBatch<Ask, StreamAccess | undefined>(
      async (asks) => {
        const source = ground.sources.get(kind);
        if (!source) return asks.map(() => undefined);
        const byActor = new Map<Actor, Set<Id>>();
        for (const { actor, id } of asks) byActor.set(actor, (byActor.get(actor) ?? new Set()).add(id));
        const grouped = [...byActor].map(([actor, ids]) => ({ actor, ids: [...ids] }));
        const answers = new Map<Actor, ReadonlyMap<Id, StreamAccess>>();
        if (source.readableMany) {
          const all = await source.readableMany(grouped);
          for (const [i, { actor }] of grouped.entries()) answers.set(actor, all[i] ?? new Map());
        } else {
          for (let at = 0; at < grouped.length; at += SIDE_BY_SIDE)
            await Promise.all(
              grouped.slice(at, at + SIDE_BY_SIDE).map(async ({ actor, ids }) => {
                answers.set(actor, await source.readable(actor, ids));
              }),
            );
        }
        return asks.map(({ actor, id }) => answers.get(actor)?.get(id));
      },
      { rushMs: RUSH_MS },
    );
    askers.set(kind, asker);
    return asker;
  };

  const standing = createBatch<Id, { readonly served: boolean; readonly blocked: ReadonlySet<Id> }>(
    async (ids) => {
      const found = await ground.audience.standings([...new Set(ids)]);
      return ids.map((id) => found.get(id) ?? { served: false, blocked: NOBODY });
    },
    { rushMs: RUSH_MS },
  );

  const learn = async (viewer: NodeViewer): Promise<boolean> => {
    for (;;) {
      const asked = viewer.version;
      const { served, blocked } = await standing(viewer.id);
      // What changed while it was being asked is not in the answer.
      if (viewer.version !== asked) continue;
      viewer.blocked = blocked.size === 0 ? NOBODY : blocked;
      viewer.known = true;
      viewer.served = served;
      if (!served) for (const { sink } of viewer.clients) sink.ended(notServed());
      return served;
    }
  };

  return {
    readable: (kind, actor, id) => askerOf(kind)({ actor, id }),
    know: async (viewer) => (viewer.known ? viewer.served : learn(viewer)),
    learn,
  };
}
