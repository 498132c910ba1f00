import { z } from 'zod';
import type { Severity } from '../kernel/severity.js';

/** What a reason stands for in the review. */
export interface ReportReasonRule {
  readonly family: ReportFamily;
  /** As policies and statements call it. */
  readonly category: string;
  readonly severity: Severity;
  readonly queue: string;
}

/** Families of reasons: what a form asks first. */
export const REPORT_FAMILIES = [
  'violence',
  'child_safety',
  'self_harm',
  'sexual',
  'harassment',
  'misleading',
  'rules',
  'other',
] as const;
export type ReportFamily = (typeof REPORT_FAMILIES)[number];

const family =
  (name: ReportFamily) =>
  (category: string, severity: Severity, queue: string): ReportReasonRule => ({
    family: name,
    category,
    severity,
    queue,
  });
const violence = family('violence');
const child = family('child_safety');
const selfHarm = family('self_harm');
const sexual = family('sexual');
const harassment = family('harassment');
const misleading = family('misleading');
const rules = family('rules');

/**
 * Why something is reported. Ids are stable: hosts keep them in their forms and figures. What concerns children or threatens
 * a life goes to queues of its own, whatever else is waiting.
 */
export const REPORT_REASONS = {
  'violence.threat': violence('threat', 4, 'threat'),
  'violence.incitement': violence('threat', 4, 'threat'),
  'violence.extremism': violence('violence', 4, 'threat'),
  'violence.trafficking': violence('violence', 4, 'threat'),
  'violence.graphic': violence('violence.graphic', 3, 'violence'),
  'violence.animal': violence('violence', 3, 'violence'),
  'violence.glorification': violence('violence', 3, 'violence'),
  'child_safety.abuse_material': child('child_safety', 4, 'child-safety'),
  'child_safety.grooming': child('child_safety', 4, 'child-safety'),
  'child_safety.privacy': child('child_safety', 4, 'child-safety'),
  'child_safety.harassment': child('child_safety', 4, 'child-safety'),
  'child_safety.other': child('child_safety', 4, 'child-safety'),
  'self_harm.content': selfHarm('self_harm', 4, 'self-harm'),
  'self_harm.suicide_risk': selfHarm('self_harm', 4, 'self-harm'),
  'self_harm.eating_disorder': selfHarm('self_harm', 3, 'self-harm'),
  'self_harm.dangerous_acts': selfHarm('self_harm', 3, 'self-harm'),
  'sexual.unlabelled': sexual('nsfw', 2, 'sexual'),
  'sexual.without_consent': sexual('sexual', 3, 'sexual'),
  'sexual.deepfake': sexual('sexual', 3, 'sexual'),
  'sexual.solicitation': sexual('sexual', 2, 'sexual'),
  'sexual.animal': sexual('sexual', 3, 'sexual'),
  'harassment.targeted': harassment('harassment', 3, 'harassment'),
  'harassment.hate': harassment('hate', 3, 'hate'),
  'harassment.insult': harassment('toxicity', 2, 'toxicity'),
  'harassment.troll': harassment('toxicity', 2, 'toxicity'),
  'harassment.doxxing': harassment('harassment', 3, 'harassment'),
  'misleading.spam': misleading('spam', 1, 'spam'),
  'misleading.scam': misleading('spam', 2, 'spam'),
  'misleading.bot': misleading('spam', 1, 'spam'),
  'misleading.impersonation': misleading('policy.impersonation', 2, 'misleading'),
  'misleading.synthetic': misleading('policy.misinformation', 2, 'misleading'),
  'misleading.elections': misleading('policy.misinformation', 2, 'misleading'),
  'misleading.other': misleading('policy.misinformation', 1, 'misleading'),
  'rules.illegal_goods': rules('policy.illegal_goods', 3, 'rules'),
  'rules.site_security': rules('policy.security', 3, 'rules'),
  'rules.stolen_content': rules('policy.copyright', 2, 'rules'),
  'rules.ban_evasion': rules('policy.ban_evasion', 2, 'rules'),
  'rules.off_topic': rules('policy.off_topic', 1, 'rules'),
  'rules.other': rules('policy.other', 1, 'rules'),
  other: family('other')('policy.other', 1, 'other'),
} as const satisfies Readonly<Record<string, ReportReasonRule>>;

export type ReportReason = keyof typeof REPORT_REASONS;

const NAMES = Object.keys(REPORT_REASONS) as [ReportReason, ...ReportReason[]];

export const reportReasonSchema = z.enum(NAMES);

/** All reasons with their families, in the order in which a form shows them. */
export const listReasons = (): readonly { readonly id: ReportReason; readonly family: ReportFamily }[] =>
  NAMES.map((id) => ({ id, family: REPORT_REASONS[id].family }));
