import type { Detector } from '../../kernel/detector.js';
import type { Contribution, Evidence, Finding } from '../../kernel/finding.js';
import type { SpamFacts } from '../../kernel/spam-facts.js';
import { tidySpans } from '../evidence.js';
import type { SpamModel } from '../online/spam-model.js';
import { findLinkSigns, type LinkSign } from './links.js';

const VERSION = 'signals-1';
/** Log-odds of spam before anything is known. */
const PRIOR = -4;
/** What a learned model may say at most, either way: signals must be able to outweigh it. */
const MODEL_LIMIT = 6;

/**
 * Spam from signals that need no training: posting rate, copies, links, age of the account, reports. Each adds to the log-odds,
 * and every share is kept. With a model that has learned enough, its log-odds are one more signal; before that it scores in
 * shadow.
 */
export function createSpamDetector(options: { readonly model?: SpamModel } = {}): Detector {
  const { model } = options;
  const versionOf = () => (model ? `${VERSION}+${model.version}` : VERSION);
  return {
    id: 'spam',
    get version() {
      return versionOf();
    },
    categories: ['spam'],
    detect({ readings, facts, subject }) {
      const version = versionOf();
      const links: LinkSign[] = [];
      const evidence: Evidence[] = [];
      for (const { field, view } of readings) {
        const found = findLinkSigns(view.original);
        links.push(...found);
        if (found.length > 0)
          evidence.push({
            kind: 'span',
            field,
            note: 'links',
            spans: tidySpans(found.map(({ span }) => span)),
          });
      }
      for (const url of subject.links)
        links.push(...findLinkSigns(url).map((one) => ({ ...one, span: { start: 0, end: 0 } })));
      const known = facts ? factSignals(facts) : [];
      const contributions = [...linkSignals(links), ...known];
      const shadows: Finding[] = [];
      if (model && readings.length > 0) {
        // The part that sounds most like spam speaks for the whole.
        const scores = readings.map(({ view }) => model.score(view));
        const most = scores.reduce((a, b) => (b.logOdds > a.logOdds ? b : a));
        const odds = Math.log(Math.max(1e-6, most.score) / Math.max(1e-6, 1 - most.score));
        if (model.active) {
          contributions.push({
            signal: 'model',
            logOdds: Math.max(-MODEL_LIMIT, Math.min(MODEL_LIMIT, odds)) - PRIOR,
          });
        } else shadows.push(finding(version, most.score, [], [], true));
      }
      const logOdds = contributions.reduce((sum, one) => sum + one.logOdds, PRIOR);
      const spans = evidence.length > 0 ? evidence : wholeTexts(readings);
      if (known.length > 0)
        spans.push({ kind: 'account', note: known.map(({ signal }) => signal).join(', ') });
      const live = finding(version, 1 / (1 + Math.exp(-logOdds)), contributions, spans, false);
      return {
        findings: [live, ...shadows],
        missing:
          model && !model.active
            ? [{ detector: 'spam.model', version, category: 'spam', reason: 'learning' }]
            : [],
      };
    },
  };
}

const wholeTexts = (readings: readonly { field: string; view: { original: string } }[]): Evidence[] =>
  readings.map(({ field, view }) => ({
    kind: 'span',
    field,
    note: 'the whole text',
    spans: [{ start: 0, end: view.original.length }],
  }));

function finding(
  version: string,
  score: number,
  contributions: readonly Contribution[],
  evidence: readonly Evidence[],
  shadow: boolean,
): Finding {
  return {
    detector: shadow ? 'spam.model' : 'spam',
    version,
    category: 'spam',
    score,
    group: 'spam',
    decisive: false,
    shadow,
    evidence,
    contributions,
  };
}

function linkSignals(links: readonly LinkSign[]): Contribution[] {
  const signals: Contribution[] = [];
  if (links.length === 0) return signals;
  signals.push({ signal: 'links', logOdds: Math.min(2, 0.4 + 0.4 * (links.length - 1)) });
  if (links.some(({ shortened }) => shortened)) signals.push({ signal: 'shortened link', logOdds: 1.2 });
  if (links.some(({ international }) => international))
    signals.push({ signal: 'international host', logOdds: 1.4 });
  if (links.some(({ hidden }) => hidden)) signals.push({ signal: 'spelled-out host', logOdds: 1.8 });
  return signals;
}

function factSignals(facts: SpamFacts): Contribution[] {
  const signals: Contribution[] = [];
  const add = (signal: string, logOdds: number) => {
    if (logOdds > 0) signals.push({ signal, logOdds });
  };
  add('fast posting', facts.inFastWindow > 5 ? Math.min(3, 0.5 * (facts.inFastWindow - 5)) : 0);
  add('steady posting', facts.inSlowWindow > 30 ? Math.min(2.5, 0.1 * (facts.inSlowWindow - 30)) : 0);
  add('own copies', Math.min(4, facts.ownCopies * 1.0));
  add('copies of others', facts.otherAuthors >= 2 ? Math.min(5, 1 + 0.6 * (facts.otherAuthors - 1)) : 0);
  if (facts.accountAgeMs !== null) {
    const hours = facts.accountAgeMs / 3_600_000;
    add('fresh account', hours < 1 ? 1 : hours < 24 ? 0.6 : hours < 168 ? 0.2 : 0);
  }
  if (facts.authorTexts !== null) add('first posts', facts.authorTexts < 3 ? 0.3 : 0);
  if (facts.newDomains) add('new domain', 0.7);
  if (facts.reportRatio !== null) add('reports', Math.min(3, facts.reportRatio * 6));
  return signals;
}
