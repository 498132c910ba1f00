import type { Detector } from '../../kernel/detector.js';
import type { Evidence, Finding, Missing } from '../../kernel/finding.js';
import type { MediaReading } from '../../kernel/media-reading.js';
import type { BankMatch, HashBank } from './hash-bank.js';

/** The score of a match in a bank for review: likely enough for a person, not enough to act alone. */
export const REVIEW_MATCH = 0.75;
const DEADLINE_MS = 2_000;
/** Matches of one medium in one bank that are kept. */
const MOST_MATCHES = 10;

export interface BankDetectorOptions {
  /** Milliseconds a bank may take. @default 2000 */
  readonly deadlineMs?: number;
}

/**
 * Holds media against banks of known ones. A match in a bank that blocks or is about child safety decides alone; one in a bank
 * for review scores 0.75. A bank that fails or is late, and a medium that could not be looked at, are missing, never harmless;
 * of child safety that holds the medium back whatever the policy says.
 */
export function createBankDetector(banks: readonly HashBank[], options: BankDetectorOptions = {}): Detector {
  const { deadlineMs = DEADLINE_MS } = options;
  return {
    id: 'banks',
    get version() {
      return banks.length === 0 ? 'none' : banks.map(({ id, version }) => `${id}@${version}`).join('+');
    },
    categories: [...new Set(banks.map(({ category }) => category))],
    async detect({ subject, media }) {
      const looked = await Promise.all(
        banks.map((bank) => lookUp(bank, subject.media ?? [], media, deadlineMs)),
      );
      return {
        findings: looked.flatMap(({ findings }) => findings),
        missing: looked.flatMap(({ missing }) => missing),
      };
    },
  };
}

async function lookUp(
  bank: HashBank,
  asked: readonly { readonly ref: string }[],
  media: readonly MediaReading[],
  deadlineMs: number,
): Promise<{ findings: readonly Finding[]; missing: readonly Missing[] }> {
  const { id, version, category } = bank;
  const detector = `bank.${id}`;
  const missing = (reason: Missing['reason']): Missing => ({ detector, version, category, reason });
  if (asked.length === 0) return { findings: [], missing: [missing('not_applicable')] };
  try {
    const matches = await within(
      deadlineMs,
      Promise.all(media.map(async (one) => ({ ref: one.ref, matches: await bank.match(one) }))),
    );
    const evidence = matches.flatMap(({ ref, matches: found }) =>
      found.slice(0, MOST_MATCHES).flatMap((match) => evidenceOf(ref, match)),
    );
    if (evidence.length > 0) {
      const certain = bank.mode !== 'review';
      const finding: Finding = {
        detector,
        version,
        category,
        score: certain ? 1 : REVIEW_MATCH,
        group: `bank.${id}`,
        decisive: certain,
        shadow: false,
        evidence,
        contributions: [],
      };
      return { findings: [finding], missing: [] };
    }
    const unseen = media.length < asked.length || media.some(({ frames }) => frames === null);
    if (unseen) return { findings: [], missing: [missing('unavailable')] };
    return { findings: [], missing: [] };
  } catch {
    return { findings: [], missing: [missing('unavailable')] };
  }
}

function evidenceOf(ref: string, match: BankMatch): Evidence[] {
  const { bank, entry, distance, variant, atMs, share } = match;
  const note = distance === 0 && variant === 'exact' ? `known to ${bank}` : `${distance} bits from ${bank}`;
  const found: Evidence[] = [{ kind: 'hash', ref, bank, entry, distance, variant, note }];
  const [fromMs, toMs] = [atMs[0] ?? 0, atMs.at(-1) ?? 0];
  if (toMs > 0) found.push({ kind: 'timerange', ref, fromMs, toMs, share, note });
  return found;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
