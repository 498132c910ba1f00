import {
  type Actor,
  accountOf,
  createCursorCodec,
  createService,
  type Id,
  idSchema,
  readPage,
  type Service,
  type Subscriber,
} from '@socialkit/core';
import { z } from 'zod';
import type { ModerationUnit } from '../stores.js';
import { decideAppeals } from './decide.js';
import { appealAsAuthor, appealAsReporter } from './file.js';
import { appealOperations } from './operations.js';
import { reinstateRule } from './standings.js';
import { createAppealSubscriber } from './subscribers.js';
import type { Appeal, RuleStanding } from './types.js';
import { type AppealDeps, type AppealVerdict, appealViewOf } from './unit.js';

/** The appeals' public operations. */
export type AppealsService = Service<typeof appealOperations>;

/** Appeals with what they do besides. */
export interface Appeals {
  readonly service: AppealsService;
  readonly subscribers: readonly Subscriber[];
  /** What a verdict about a case of the queue `appeals` means; in its transaction. */
  onVerdict(stores: ModerationUnit, given: AppealVerdict): Promise<void>;
}

const codecOf = (surface: string) => createCursorCodec(surface, idSchema);
const ruleCodec = createCursorCodec('rules', z.string().max(64));

/** Assembles appeals. */
export function createAppeals(deps: AppealDeps): Appeals {
  const { readers } = deps;
  return {
    service: createService(
      appealOperations,
      {
        file: async (actor, input) => appealViewOf(await appealAsAuthor(deps, actor, input)),
        fileAboutReport: async (actor, input) => appealViewOf(await appealAsReporter(deps, actor, input)),
        list: (actor: Actor, { limit, cursor }) => {
          const me = accountOf(actor);
          const codec = codecOf(`appeals ${me}`);
          return readPage<Id, Appeal, Appeal, ReturnType<typeof appealViewOf>>({
            limit,
            after: codec.decode(cursor),
            codec,
            skeleton: (after, count) => readers.appeals.ofAppellant(me, { after, limit: count }),
            position: ({ id }) => id,
            hydrate: async (entries) => entries,
            present: appealViewOf,
          });
        },
        rules: (_actor, { limit, cursor }) =>
          readPage<string, RuleStanding, RuleStanding, RuleStanding>({
            limit,
            after: ruleCodec.decode(cursor),
            codec: ruleCodec,
            skeleton: (after, count) => readers.ruleStandings.list({ after, limit: count }),
            position: ({ ruleId }) => ruleId,
            hydrate: async (entries) => entries,
            present: (standing) => standing,
          }),
        reinstate: (actor, input) => reinstateRule(deps, actor, input),
      },
      deps.runtime,
    ),
    subscribers: [createAppealSubscriber(deps)],
    onVerdict: (stores, given) => decideAppeals(deps, stores, given),
  };
}
