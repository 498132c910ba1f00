import type { RestrictionKind, SubjectKind } from '@socialkit/core';
import type { Statement } from './types.js';

/** What a letter says, in one language. Values of the statement stand in braces: `{facts}`. */
export interface StatementTemplate {
  readonly subject: Readonly<Record<SubjectKind, string>>;
  readonly measure: Readonly<Record<RestrictionKind, string>>;
  /** With `{until}`; and where it has no end. */
  readonly duration: { readonly until: string; readonly open: string };
  readonly territory: { readonly everywhere: string; readonly some: string };
  readonly source: Readonly<Record<Statement['source'], string>>;
  readonly detection: { readonly automated: string; readonly human: string };
  readonly decision: Readonly<Record<Statement['automatedDecision'], string>>;
  readonly ground: Readonly<Record<Statement['ground'], string>>;
  /** With `{until}`; and where there is none. */
  readonly redress: { readonly appeal: string; readonly none: string };
}

/** The built-in letter. */
export const englishStatement: StatementTemplate = Object.freeze({
  subject: {
    post: 'your post',
    comment: 'your comment',
    message: 'your message',
    account: 'your account',
    conversation: 'your group',
  },
  measure: {
    label: 'We put a warning on {subject}.',
    blur: 'We show {subject} behind a warning.',
    limit: 'We no longer suggest {subject} to people who do not follow it.',
    demote: 'We keep {subject} out of explore, search, trends and suggestions.',
    remove: 'We took down {subject}. Others cannot see it; we keep it while you can appeal.',
    suspend: 'We suspended {subject}.',
    hold: 'We hold {subject} back until a person has looked at it. Only you can see it.',
  },
  duration: { until: 'This ends on {until}.', open: 'This has no fixed end.' },
  territory: { everywhere: 'This holds everywhere.', some: 'This holds in {territory}.' },
  source: {
    automated: 'We found it on our own.',
    notice: 'We were given notice of it.',
    own_initiative: 'We found it on our own.',
  },
  detection: {
    automated: 'It was detected by automated means.',
    human: 'It was not detected by automated means.',
  },
  decision: {
    none: 'A person decided.',
    partial: 'The decision was taken partly by automated means.',
    full: 'The decision was taken by automated means.',
  },
  ground: {
    illegal: 'We consider it illegal under: {groundText}',
    incompatible: 'It is incompatible with: {groundText}',
  },
  redress: {
    appeal:
      'You can appeal against this decision until {until}, free of charge; a person who had no part in it decides.',
    none: 'There is nothing to appeal against now.',
  },
});

const day = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(at);

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  );

/** Templates by language tag, in lower case. */
export type StatementTemplates = Readonly<Record<string, StatementTemplate>>;

/** The template of a language: of the exact tag, of its primary language, or the English one. */
export function templateFor(
  templates: StatementTemplates,
  locale: string,
): { readonly locale: string; readonly template: StatementTemplate } {
  const tag = locale.toLowerCase();
  for (const name of [tag, tag.split('-')[0] ?? '']) {
    const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
    if (template) return { locale: name, template };
  }
  return { locale: 'en', template: englishStatement };
}

/** The letter of a statement: every part that Article 17(3) names, in its order. */
export function letterOf(
  statement: Omit<Statement, 'text'>,
  { locale, template }: { readonly locale: string; readonly template: StatementTemplate },
): string {
  const { redress } = statement;
  const values = {
    subject: template.subject[statement.subject.kind],
    groundText: statement.groundText,
    territory: statement.territory.join(', '),
  };
  const appealable = redress.state === 'none' && redress.appealableUntil !== null;
  const lines = [
    template.measure[statement.kind],
    statement.until === null
      ? template.duration.open
      : fill(template.duration.until, { until: day(statement.until, locale) }),
    statement.territory.length === 0 ? template.territory.everywhere : template.territory.some,
    statement.facts,
    template.source[statement.source],
    template.detection[statement.automatedDetection ? 'automated' : 'human'],
    template.decision[statement.automatedDecision],
    template.ground[statement.ground],
    statement.explanation,
    appealable
      ? fill(template.redress.appeal, { until: day(redress.appealableUntil ?? 0, locale) })
      : template.redress.none,
    redress.outOfCourt,
  ];
  return lines
    .filter((line): line is string => line !== null && line !== '')
    .map((line) => (line === statement.facts || line === statement.explanation ? line : fill(line, values)))
    .join('\n');
}
