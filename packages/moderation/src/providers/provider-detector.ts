import type { Category } from '../kernel/categories.js';
import type { Detector, DetectorInput } from '../kernel/detector.js';
import type { Evidence, Finding, Missing } from '../kernel/finding.js';
import type { FrameReading, MediaReading } from '../kernel/media-reading.js';
import type { Reading } from '../kernel/reading.js';
import type { ProviderPart, ProviderReading, ProviderShape } from './shape.js';

export interface ProviderDetectorOptions {
  /** Characters of a subject's texts that are sent at most; the rest is not judged. @default 20000 */
  readonly maxCharacters?: number;
  /** Frames of one medium that are sent at most, evenly spread. @default 4 */
  readonly maxFrames?: number;
  /**
   * Detectors of one group look at the same thing and are not independent; of them the highest score counts. @default the id of
   * the shape
   */
  readonly group?: string;
}

/** Frames from this score on show what was found. */
const SHOWN_FROM = 0.5;

/** One question and where its answer belongs. */
interface Question {
  readonly part: ProviderPart;
  readonly media: { readonly reading: MediaReading; readonly frame: FrameReading } | null;
}
type Answer = Question & { readonly reading: ProviderReading | null };

/**
 * A service as a detector. `ask` fails where the service does, within its own deadline. Texts of a subject are sent as one;
 * ids, names and links of the author are not sent. A kind of input that the service does not score is not applicable, a question
 * that failed is missing, and neither is a score of zero. Of a video the highest score counts; the share of its frames that
 * show it stands in the evidence.
 */
export function createProviderDetector(
  { shape, ask }: { readonly shape: ProviderShape; ask(part: ProviderPart): Promise<ProviderReading> },
  options: ProviderDetectorOptions = {},
): Detector {
  const { maxCharacters = 20_000, maxFrames = 4, group = shape.id } = options;
  const { id, version } = shape;
  const { text: ofText = [], image: ofImage = [] } = shape.categories;
  const categories: readonly Category[] = [...new Set([...ofText, ...ofImage])];

  async function questionsOf({ readings, media, subject }: DetectorInput): Promise<readonly Question[]> {
    const questions: Question[] = [];
    if (ofText.length > 0 && readings.length > 0) {
      const text = cutAt(joined(readings), maxCharacters);
      questions.push({
        part: { modality: 'text', text, locale: subject.locale },
        media: null,
      });
    }
    if (ofImage.length === 0) return questions;
    for (const reading of media) {
      for (const frame of spread(reading.frames ?? [], maxFrames)) {
        const jpeg = await frame.still();
        questions.push({ part: { modality: 'image', jpeg }, media: { reading, frame } });
      }
    }
    return questions;
  }

  return {
    id,
    version,
    categories,
    async detect(input) {
      const questions = await questionsOf(input);
      const answers: readonly Answer[] = await Promise.all(
        questions.map(async (question) => ({
          ...question,
          reading: await ask(question.part).catch(() => null),
        })),
      );
      const unread = (input.subject.media?.length ?? 0) - input.media.filter(({ frames }) => frames).length;
      const findings: Finding[] = [];
      const missing: Missing[] = [];
      for (const category of categories) {
        const asked = answers.filter(({ part }) => shape.categories[part.modality]?.includes(category));
        const failed =
          asked.some(({ reading }) => reading === null) || (unread > 0 && ofImage.includes(category));
        const finding = findingOf(category, asked, input.readings);
        if (finding) findings.push(finding);
        if (failed) {
          // What was judged counts, and that something was not is said beside it.
          const detector = finding ? `${id}.rest` : id;
          missing.push({ detector, version, category, reason: 'unavailable' });
        } else if (!finding) missing.push({ detector: id, version, category, reason: 'not_applicable' });
      }
      return { findings, missing };
    },
  };

  function findingOf(
    category: Category,
    asked: readonly Answer[],
    readings: readonly Reading[],
  ): Finding | null {
    const scored = asked.flatMap((answer) => {
      const own = answer.reading?.scores.filter((one) => one.category === category) ?? [];
      const top = own.toSorted((a, b) => b.score - a.score)[0];
      return top ? [{ ...answer, top, model: answer.reading!.model }] : [];
    });
    const highest = scored.toSorted((a, b) => b.top.score - a.top.score)[0];
    if (!highest) return null;
    const note = `${shape.id}: ${highest.top.label}`;
    const evidence: Evidence[] = highest.media
      ? mediaEvidence(
          highest.media.reading,
          scored.filter(({ media }) => media?.reading === highest.media!.reading),
          note,
        )
      : textEvidence(readings, highest.top.spans ?? [], note);
    return {
      detector: id,
      version: highest.model ? `${version}+${highest.model}` : version,
      category,
      score: highest.top.score,
      group,
      decisive: false,
      shadow: false,
      evidence,
      contributions: [],
    };
  }
}

const SEPARATOR = '\n';
const joined = (readings: readonly Reading[]): string =>
  readings.map(({ view }) => view.original).join(SEPARATOR);

/** The beginning of a text; a character of two units is not torn apart. */
const cutAt = (text: string, most: number): string =>
  /[\uD800-\uDBFF]/.test(text[most - 1] ?? '') && text.length > most
    ? text.slice(0, most - 1)
    : text.slice(0, most);

/** Ranges of the joined text as ranges of the fields; all of the fields where the service names none. */
function textEvidence(
  readings: readonly Reading[],
  spans: readonly { readonly start: number; readonly end: number }[],
  note: string,
): Evidence[] {
  let from = 0;
  return readings.flatMap(({ field, view }): Evidence[] => {
    const { length } = view.original;
    const begin = from;
    from += length + SEPARATOR.length;
    const inside = spans
      .map(({ start, end }) => ({ start: Math.max(0, start - begin), end: Math.min(length, end - begin) }))
      .filter(({ start, end }) => start < end);
    if (spans.length > 0 && inside.length === 0) return [];
    return [{ kind: 'span', field, note, spans: inside.length > 0 ? inside : [{ start: 0, end: length }] }];
  });
}

/** Where in a medium it was seen, and in what share of the looked-at frames. */
function mediaEvidence(
  { ref, kind }: MediaReading,
  frames: readonly (Answer & { readonly top: { readonly score: number } })[],
  note: string,
): Evidence[] {
  if (kind === 'image') {
    return [{ kind: 'region', ref, box: { left: 0, top: 0, width: 1, height: 1 }, note }];
  }
  const most = Math.max(...frames.map(({ top }) => top.score));
  const showing = frames.filter(({ top }) => top.score >= Math.min(SHOWN_FROM, most));
  const times = showing.map(({ media }) => media!.frame.atMs);
  return [
    {
      kind: 'timerange',
      ref,
      fromMs: Math.min(...times),
      toMs: Math.max(...times),
      share: showing.length / frames.length,
      note,
    },
  ];
}

function spread<T>(items: readonly T[], most: number): readonly T[] {
  const taken = Math.min(items.length, most);
  return Array.from({ length: taken }, (_, at) => items[Math.floor((at * items.length) / taken)]!);
}
