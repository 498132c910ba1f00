import type { ReportOptions, ReviewOptions, StrikeOptions, TextGateOptions } from '@socialkit/moderation';

/** How content is judged and decided about. Every part has a default that works without any key. */
export interface ModerationOptions extends TextGateOptions {
  readonly reports?: ReportOptions;
  readonly review?: ReviewOptions;
  readonly strikes?: StrikeOptions;
}
