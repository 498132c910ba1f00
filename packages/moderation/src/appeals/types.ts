import { type Id, idSchema, prose, type SubjectRef } from '@socialkit/core';
import { z } from 'zod';
import { subjectRefSchema } from '../subjects/types.js';

/** Who appeals: whom a decision restricts, or who reported and was told that nothing is wrong. */
export const APPEAL_PARTIES = ['author', 'reporter'] as const;
export type AppealParty = (typeof APPEAL_PARTIES)[number];

/**
 * - `pending`: waits for somebody who had no part in the decision.
 * - `upheld`: the decision stays. `overturned`: it was wrong, and was taken back.
 * - `superseded`: what it was about ended before it was decided.
 */
export const APPEAL_STATES = ['pending', 'upheld', 'overturned', 'superseded'] as const;
export type AppealState = (typeof APPEAL_STATES)[number];

/** Characters of an appeal at most. */
export const MAX_APPEAL_LENGTH = 4000;

/** An appeal as it is kept. Times are Unix milliseconds. */
export interface Appeal {
  readonly id: Id;
  readonly party: AppealParty;
  /** The decision of the measures appealed against, or the case that was decided without any. */
  readonly decisionId: Id;
  readonly appellantId: Id;
  readonly subject: SubjectRef;
  /** Why it is wrong, in the appellant's words. */
  readonly text: string;
  readonly category: string;
  /** The rule the decision rests on, where one does. */
  readonly ruleId: string | null;
  readonly state: AppealState;
  /** The case in which it is decided. */
  readonly caseId: Id;
  /** Accounts that had a part in the decision. */
  readonly notBy: readonly Id[];
  readonly at: number;
  readonly decidedAt: number | null;
  /** The reasoned answer; null while there is none. */
  readonly answer: string | null;
}

/** An appeal as its appellant sees it. */
export const appealViewSchema = z.object({
  id: idSchema,
  party: z.enum(APPEAL_PARTIES),
  decisionId: idSchema,
  subject: subjectRefSchema,
  text: z.string(),
  category: z.string(),
  state: z.enum(APPEAL_STATES),
  at: z.int().meta({ description: 'Unix ms' }),
  decidedAt: z.int().nullable(),
  answer: z.string().nullable().meta({ description: 'the reasoned answer' }),
});
export type AppealView = Readonly<z.output<typeof appealViewSchema>>;

/** What an appellant writes. */
export const appealTextSchema = prose(MAX_APPEAL_LENGTH, 1);

/** How often people confirmed what a rule decided, and how often they did not. */
export interface RuleStanding {
  readonly ruleId: string;
  readonly upheld: number;
  readonly overturned: number;
  /** Unix ms since which it does not remove by itself; null while it may. */
  readonly demotedAt: number | null;
}

/** When a rule loses the right to remove by itself. */
export interface StandingOptions {
  /** Overturned decisions below which nothing happens. @default 3 */
  readonly minOverturned?: number;
  /** Share of decisions on appeal that have to stand. @default 0.8 */
  readonly minPrecision?: number;
}

export interface AppealOptions extends StandingOptions {
  /** Milliseconds after a decision in which it can be appealed against. @default 183 days */
  readonly windowMs?: number;
}

/** Six months, as Article 20 of the Digital Services Act asks for at least. */
export const DEFAULT_APPEAL_WINDOW_MS = 183 * 86_400_000;

export const ruleStandingSchema = z.object({
  ruleId: z.string(),
  upheld: z.int(),
  overturned: z.int(),
  demotedAt: z.int().nullable(),
});
