// A moderator in a process of its own: claims and decides until it is killed.
import { createSocialKit, type SocialKit } from '@socialkit/adapters';

/** What a reviewer is started with. */
export interface ReviewerSettings {
  readonly database: string;
  readonly moderatorId: string;
  readonly leaseMs: number;
}

/** What it says: that it has begun, and what became of each case. */
export type ReviewerAnswer =
  | { readonly ready: true }
  | { readonly caseId: string; readonly code: string | null };

const PAUSE_MS = 50;
const { database, moderatorId, leaseMs } = JSON.parse(process.argv[2] ?? '{}') as ReviewerSettings;
const kit = await createSocialKit({
  database: { url: database, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
  worker: false,
  contentGate: { review: async () => ({ decision: 'allow' }) },
  moderation: { review: { leaseMs, qualityShare: 0 } },
});
const moderator = await kit.actorFor({ accountId: moderatorId });
if (!moderator) throw new Error('the moderator has no account');
const say = (answer: ReviewerAnswer) => void process.send?.(answer);
const { cases } = kit.moderation;

type Claimed = NonNullable<Awaited<ReturnType<SocialKit['moderation']['cases']['claim']>>['claim']>;

/** By the subject alone, so that any two who decide about it agree. */
const verdictOf = ({ case: { subject } }: Claimed) =>
  BigInt(subject.id) % 2n === 0n
    ? ({ decision: 'approve', reason: 'harmless' } as const)
    : { decision: 'restrict' as const, reason: 'spam', measures: [{ kind: 'remove' as const }] };

say({ ready: true });
for (;;) {
  const { claim } = await cases.claim(moderator, {});
  if (!claim) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    continue;
  }
  const caseId = claim.case.id;
  try {
    await cases.decide(moderator, { caseId, token: claim.token, verdict: verdictOf(claim) });
    say({ caseId, code: null });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    say({ caseId, code });
  }
}
