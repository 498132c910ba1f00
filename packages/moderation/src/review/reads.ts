import {
  type Actor,
  createCursorCodec,
  type Id,
  idSchema,
  notFound,
  type Page,
  readPage,
} from '@socialkit/core';
import { z } from 'zod';
import { hiddenQueues } from './conflict.js';
import { presentCase, presentSummary } from './present.js';
import type { CasePosition } from './store.js';
import type { CaseState, ReviewCase } from './types.js';
import type { ReviewDeps } from './unit.js';
import type { CaseSummary, CaseView } from './views.js';

const MOST_NEAR = 100;

const position = z.object({ rank: z.int(), id: idSchema });

/** Cases in the order in which they are given out. Queues that need a permission of their own show themselves to its holders. */
export function listCases(
  deps: ReviewDeps,
  actor: Actor,
  input: {
    readonly states: readonly CaseState[];
    readonly queue?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<CaseSummary>> {
  const { states, queue = null, limit, cursor } = input;
  const codec = createCursorCodec<CasePosition>(`cases.list:${states.join()}:${queue ?? '*'}`, position);
  return readPage<CasePosition, ReviewCase, ReviewCase, CaseSummary>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton: (after, count) =>
      deps.readers.cases.list({ states, queue, notQueues: hiddenQueues(deps, actor), after, limit: count }),
    position: ({ rank, id }) => ({ rank, id }),
    hydrate: async (cases) => cases,
    present: presentSummary,
  });
}

/** @throws case.not_found, also where its queue is not for the actor */
export async function requireCase(deps: ReviewDeps, actor: Actor, caseId: Id): Promise<ReviewCase> {
  const one = (await deps.readers.cases.byIds([caseId])).get(caseId);
  if (!one || hiddenQueues(deps, actor).includes(one.queue)) throw notFound('case');
  return one;
}

/** One case with what it is about. @throws case.not_found */
export async function readCase(deps: ReviewDeps, actor: Actor, caseId: Id): Promise<CaseView> {
  const one = await requireCase(deps, actor, caseId);
  const { kind, id } = one.subject;
  const snapshot = (await deps.measures.subjects[kind].snapshot(deps.readers, [id])).get(id);
  return presentCase(deps.readers, one, snapshot ?? null);
}

/** Open cases that share a text, a domain or an attachment with one: what can be decided together. @throws case.not_found */
export async function readNear(
  deps: ReviewDeps,
  actor: Actor,
  { caseId, by }: { readonly caseId: Id; readonly by: 'text' | 'domain' | 'media' },
): Promise<{ readonly items: readonly CaseSummary[] }> {
  const one = await requireCase(deps, actor, caseId);
  const hidden = hiddenQueues(deps, actor);
  const near = await deps.readers.cases.near(one.cluster, by, MOST_NEAR);
  return {
    items: near.filter(({ id, queue }) => id !== caseId && !hidden.includes(queue)).map(presentSummary),
  };
}
