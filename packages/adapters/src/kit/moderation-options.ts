import type {
  MediaJudgeOptions,
  ReportOptions,
  ReviewOptions,
  StoredSpamModelOptions,
  StrikeOptions,
  TextGateOptions,
} from '@socialkit/moderation';
import type { EnforcementOptions } from './enforcement.js';

/** How content is judged and decided about. Every part has a default that works without any key. */
export interface ModerationOptions extends TextGateOptions, EnforcementOptions {
  readonly reports?: ReportOptions;
  readonly review?: ReviewOptions;
  readonly strikes?: StrikeOptions;
  /** The spam model that learns from what moderators decide. Not where `spamModel` is given. @default true */
  readonly learnSpam?: boolean | StoredSpamModelOptions;
  /** Pictures and videos of posts, looked at after publishing. @default they are not looked at */
  readonly media?: MediaJudgeOptions;
}
