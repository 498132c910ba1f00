import {
  type Actor,
  canView,
  canViewAccount,
  type Id,
  notFound,
  type RateLimiter,
  type RoleTable,
  type Runtime,
  type StreamPublisher,
  type SubjectKind,
  type SubjectRef,
  type UnitOfWork,
} from '@socialkit/core';
import type { ModerationReading, ModerationUnit } from '../stores.js';
import type { Subjects } from '../subjects/types.js';

/** Whether an account sees something, by the policy of whoever owns it. Inside the caller's transaction. */
export type Sees = (stores: ModerationUnit, viewerId: Id, id: string) => Promise<boolean>;

/** What reports work on. */
export interface ReportDeps {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly readers: ModerationReading;
  readonly runtime: Runtime;
  readonly subjects: Subjects<ModerationUnit, ModerationReading>;
  readonly roles: RoleTable;
  readonly ports: {
    readonly rateLimiter: RateLimiter;
    readonly publisher: StreamPublisher;
    /** Whether an actor may look into a case at all. */
    readonly readsCase: (actor: Actor, caseId: Id) => Promise<boolean>;
    /** For kinds of subjects that other packages own; a kind that is not in here is reported by nobody. */
    readonly sees: Readonly<Partial<Record<SubjectKind, Sees>>>;
  };
  readonly settings: ReportSettings;
}

export interface ReportSettings {
  /** Reports an account may make in `windowMs`. */
  readonly limit: number;
  /** Milliseconds. */
  readonly windowMs: number;
}

async function seesCore(
  stores: ModerationUnit,
  viewerId: Id,
  { kind, id }: SubjectRef,
  now: number,
): Promise<boolean | null> {
  if (kind === 'post') return canView((await stores.facts.posts(viewerId, [id])).get(id), now);
  if (kind === 'comment') return canView((await stores.facts.comments(viewerId, [id])).get(id), now);
  if (kind === 'account') return canViewAccount((await stores.facts.relations(viewerId, [id])).get(id));
  return null;
}

/** @throws post.not_found and the like unless the account sees it: what one may not see one cannot report */
export async function requireSeen(
  { ports, runtime }: Pick<ReportDeps, 'ports' | 'runtime'>,
  stores: ModerationUnit,
  viewerId: Id,
  subject: SubjectRef,
): Promise<void> {
  const seen =
    (await seesCore(stores, viewerId, subject, runtime.clock.now())) ??
    (await ports.sees[subject.kind]?.(stores, viewerId, subject.id)) ??
    false;
  if (!seen) throw notFound(subject.kind);
}
