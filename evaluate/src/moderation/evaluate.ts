import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTextDetector, type ModerationResult } from '@socialkit/moderation';
import { calibrationError } from '@socialkit/moderation/training';
import type { Folders } from '../commands.js';
import { type Row, writeCsv } from '../csv.js';
import { atThreshold, auc, correlation, type Scored, thresholdAt } from '../figures.js';
import { imageFigures } from './images.js';
import { type Prediction, predict, shippedPipeline } from './predict.js';
import { cellsOf, type Figure, HEADER, tableOf } from './report.js';
import { sentimentScores, trainSentiment } from './sentiment.js';
import { learningCurve, spamScores, teach } from './spam.js';
import { anyCategory, type Part, rowsOf } from './text-sets.js';

const TEXT_SETS = [
  'tox_davidson',
  'tox_surge',
  'tox_openai',
  'evasion',
  'benign_tricky',
  'hatecheck',
  'hatemojicheck',
  'hatemojibuild',
  'sent_vader',
] as const;
const PARTS: readonly Part[] = ['dev', 'test'];

const scoreOf = (result: ModerationResult, category: 'toxicity' | 'hate'): number =>
  result.scores[category] ?? 0;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const share = <T>(rows: readonly T[], holds: (row: T) => boolean): number =>
  rows.filter(holds).length / rows.length;

type Judge = (set: string, part: Part) => Promise<readonly Prediction[]>;

/** Thresholds, fixed on the dev parts once and used on every part. */
interface Thresholds {
  readonly toxicity: number;
  readonly hateAtTen: number;
  readonly hateMacro: number;
}

/** Scores every set that is there and writes `<set>.<part>.csv` per set, `moderation.csv` and `moderation.txt`. */
export async function evaluateModeration({ data, out }: Folders): Promise<void> {
  const pipeline = shippedPipeline();
  const judged = new Map<string, readonly Prediction[]>();
  const judge: Judge = async (set, part) => {
    const key = `${set}.${part}`;
    const known = judged.get(key) ?? (await predict(pipeline, rowsOf(data, set, part)));
    judged.set(key, known);
    return known;
  };
  const thresholds = await fixThresholds(judge);
  const figures: Figure[] = [];
  for (const part of PARTS) {
    figures.push(...(await toxicityFigures(judge, part, thresholds)));
    figures.push(...(await hateFigures(judge, part, thresholds)));
    figures.push(...spamFigures(data, out, part));
    figures.push(...sentimentFigures(data, out, part));
  }
  figures.push(...(await imageFigures(data, out)));
  for (const set of TEXT_SETS) {
    for (const part of PARTS) {
      const predictions = await judge(set, part);
      if (predictions.length > 0) writePredictions(out, set, part, predictions, thresholds);
    }
  }
  const hash = createTextDetector().weightsHash;
  const head = `weights sha256 ${hash}\nthresholds from dev: toxicity ${thresholds.toxicity.toFixed(4)} (2 % of harmless tox_davidson), hate ${thresholds.hateAtTen.toFixed(4)} (10 % of hatecheck), hate ${thresholds.hateMacro.toFixed(4)} (best macro)\n\n`;
  const table = head + tableOf(figures);
  process.stdout.write(table);
  writeCsv(join(out, 'moderation.csv'), HEADER, figures.map(cellsOf));
  writeFileSync(join(out, 'moderation.txt'), table);
}

async function fixThresholds(judge: Judge): Promise<Thresholds> {
  const davidson = (await judge('tox_davidson', 'dev')).map(davidsonScore);
  const hate = (await judge('hatecheck', 'dev')).map(hateScore);
  const rows = await judge('hatecheck', 'dev');
  let best = { macro: 0, threshold: 0.5 };
  for (let threshold = 0.02; threshold < 0.99; threshold += 0.01) {
    const macro = macroAccuracy(rows, threshold);
    if (macro > best.macro) best = { macro, threshold };
  }
  return {
    toxicity: thresholdAt(davidson, 0.02),
    hateAtTen: thresholdAt(hate, 0.1),
    hateMacro: best.threshold,
  };
}

const davidsonScore = ({ row, result }: Prediction): Scored => ({
  score: scoreOf(result, 'toxicity'),
  positive: row.class !== '2',
});
const hateScore = ({ row, result }: Prediction): Scored => ({
  score: scoreOf(result, 'hate'),
  positive: row.label === '1',
});

function macroAccuracy(predictions: readonly Prediction[], threshold: number): number {
  const functions = new Map<string, { right: number; count: number }>();
  for (const { row, result } of predictions) {
    const known = functions.get(row.func!) ?? { right: 0, count: 0 };
    known.count += 1;
    if (scoreOf(result, 'hate') >= threshold === (row.label === '1')) known.right += 1;
    functions.set(row.func!, known);
  }
  return mean([...functions.values()].map(({ right, count }) => right / count));
}

async function toxicityFigures(judge: Judge, part: Part, { toxicity }: Thresholds): Promise<Figure[]> {
  const figures: Figure[] = [];
  const add = (goal: string, set: string, measure: string, value: number, bar: Figure['bar']) =>
    figures.push({ goal, set, part, measure, value, bar });
  const davidson = (await judge('tox_davidson', part)).map(davidsonScore);
  if (davidson.length > 0) {
    const at = atThreshold(davidson, toxicity);
    add('1', 'tox_davidson', 'AUC', auc(davidson), { least: 0.98 });
    add('1', 'tox_davidson', 'recall', at.recall, { least: 0.86 });
    add('1', 'tox_davidson', 'precision', at.precision, { least: 0.995 });
    add('1', 'tox_davidson', 'false positives', at.falsePositiveRate, { most: 0.02 });
    add('1', 'tox_davidson', 'F1', at.f1, null);
    add('11', 'tox_davidson', 'calibration error', calibrationError(davidson), { most: 0.05 });
  }
  const surge = (await judge('tox_surge', part)).map(({ row, result }) => ({
    score: scoreOf(result, 'toxicity'),
    positive: row.label === '1',
  }));
  if (surge.length > 0) {
    const at = atThreshold(surge, toxicity);
    add('2', 'tox_surge', 'AUC', auc(surge), { least: 0.91 });
    add('2', 'tox_surge', 'recall', at.recall, null);
    add('2', 'tox_surge', 'F1', at.f1, null);
    add('11', 'tox_surge', 'calibration error', calibrationError(surge), null);
  }
  const openai = (await judge('tox_openai', part)).map(({ row, result }) => ({
    score: scoreOf(result, 'toxicity'),
    positive: anyCategory(row) === 1,
  }));
  if (openai.length > 0) add('3', 'tox_openai', 'AUC of any category', auc(openai), { least: 0.82 });
  figures.push(...evasionFigures(await judge('evasion', part), part, toxicity));
  const flagged = ({ result }: Prediction) => scoreOf(result, 'toxicity') >= toxicity;
  const tricky = await judge('benign_tricky', part);
  if (tricky.length > 0) add('5', 'benign_tricky', 'flagged', share(tricky, flagged), { most: 0.03 });
  const ordinary = (await judge('sent_vader', part)).filter(
    ({ row }) => row.domain === 'amazon' || row.domain === 'nyt',
  );
  if (ordinary.length > 0)
    add('5', 'sent_vader', 'reviews and editorials flagged', share(ordinary, flagged), { most: 0.002 });
  return figures;
}

function evasionFigures(predictions: readonly Prediction[], part: Part, threshold: number): Figure[] {
  if (predictions.length === 0) return [];
  const kinds = new Map<string, Prediction[]>();
  for (const prediction of predictions) {
    const kind = prediction.row.kind!;
    kinds.set(kind, [...(kinds.get(kind) ?? []), prediction]);
  }
  const flagged = ({ result }: Prediction) => scoreOf(result, 'toxicity') >= threshold;
  const offences = predictions.filter(({ row }) => row.label === '1' && row.kind !== 'none');
  const controls = predictions.filter(({ row }) => row.label === '0' && row.kind !== 'none');
  const figure = (measure: string, value: number, bar: Figure['bar']): Figure => ({
    goal: '4',
    set: 'evasion',
    part,
    measure,
    value,
    bar,
  });
  const perKind = [...kinds].map(([kind, rows]) => ({
    kind,
    kept: share(
      rows.filter(({ row }) => row.label === '1'),
      flagged,
    ),
  }));
  const disguises = perKind.filter(({ kind }) => kind !== 'none');
  return [
    figure('kept', share(offences, flagged), { least: 0.85 }),
    figure('controls flagged', share(controls, flagged), { most: 0.01 }),
    figure(`kinds of ${disguises.length} kept at 0.70`, disguises.filter(({ kept }) => kept >= 0.7).length, {
      least: Math.min(disguises.length, Math.ceil((25 / 28) * disguises.length)),
    }),
    ...perKind.map(({ kind, kept }) => figure(`kept: ${kind}`, kept, null)),
  ];
}

async function hateFigures(
  judge: Judge,
  part: Part,
  { hateAtTen, hateMacro }: Thresholds,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const check = await judge('hatecheck', part);
  if (check.length > 0) {
    const scored = check.map(hateScore);
    const add = (goal: string, measure: string, value: number, bar: Figure['bar']) =>
      figures.push({ goal, set: 'hatecheck', part, measure, value, bar });
    const identity = check.filter(({ row }) => /^ident_/.test(row.func!));
    const harmless = check.filter(({ row }) => row.label === '0');
    add('8', 'macro accuracy over functionalities', macroAccuracy(check, hateMacro), { least: 0.8 });
    add('8', 'AUC', auc(scored), { least: 0.84 });
    add(
      '9',
      'identity mentions flagged at 10 %',
      share(identity, ({ result }) => scoreOf(result, 'hate') >= hateAtTen),
      {
        most: 0.2,
      },
    );
    add('9', 'recall at 10 %', atThreshold(scored, hateAtTen).recall, null);
    add('9', 'harmless rows removed', harmless.filter(({ result }) => result.decision === 'remove').length, {
      most: 0,
    });
    add('11', 'calibration error of hate', calibrationError(scored), null);
  }
  for (const set of ['hatemojicheck', 'hatemojibuild']) {
    const rows = (await judge(set, part)).map(hateScore);
    if (rows.length > 0) figures.push({ goal: '', set, part, measure: 'AUC', value: auc(rows), bar: null });
  }
  return figures;
}

/** Spam is learned per tenant, so nothing is shipped: the figures are those of a model taught with the train part. */
function spamFigures(data: string, out: string, part: Part): Figure[] {
  const figures: Figure[] = [];
  for (const set of ['spam_sms', 'spam_youtube']) {
    const [train, dev, rows] = [
      rowsOf(data, set, 'train'),
      rowsOf(data, set, 'dev'),
      rowsOf(data, set, part),
    ];
    if (train.length === 0 || dev.length === 0 || rows.length === 0) continue;
    const add = (goal: string, measure: string, retrained: number, bar: Figure['bar']) =>
      figures.push({ goal, set, part, measure, value: Number.NaN, retrained, bar });
    const model = teach(train, 1);
    const threshold = thresholdAt(spamScores(model, dev), 0.01);
    const best = bestF1(spamScores(model, dev));
    const scored = spamScores(model, rows);
    add('6', 'AUC', auc(scored), { least: 0.99 });
    add(
      '6',
      'recall at 1 %',
      atThreshold(scored, threshold).recall,
      set === 'spam_sms' ? { least: 0.92 } : null,
    );
    add('6', 'false positives at 1 %', atThreshold(scored, threshold).falsePositiveRate, null);
    add('6', 'F1', atThreshold(scored, best).f1, set === 'spam_youtube' ? { least: 0.955 } : null);
    add('11', 'calibration error', calibrationError(scored), { most: 0.05 });
    if (set === 'spam_youtube') {
      const bars = new Map([
        [25, 0.95],
        [100, 0.965],
        [400, 0.985],
      ]);
      for (const [labels, area] of learningCurve(train, rows)) {
        add('7', `AUC after ${labels} labels, cold`, area, { least: bars.get(labels)! });
      }
    }
    writeScores(out, set, part, rows, scored, best);
  }
  return figures;
}

function bestF1(scored: readonly Scored[]): number {
  let best = { f1: 0, threshold: 0.5 };
  for (let threshold = 0.02; threshold < 0.99; threshold += 0.01) {
    const { f1 } = atThreshold(scored, threshold);
    if (f1 > best.f1) best = { f1, threshold };
  }
  return best.threshold;
}

function sentimentFigures(data: string, out: string, part: Part): Figure[] {
  const rows = rowsOf(data, 'sent_vader', part);
  const train = rowsOf(data, 'sent_vader', 'train');
  if (rows.length === 0) return [];
  const figures: Figure[] = [];
  const shipped = sentimentScores(rows);
  const model = train.length > 0 ? trainSentiment(train) : null;
  const stacked = model ? rows.map((row) => model(row.text!)) : null;
  const truth = rows.map(({ score }) => Number(score));
  const area = (scores: readonly number[], only: readonly number[]) =>
    auc(
      only
        .filter((at) => Math.abs(truth[at]!) > 0.5)
        .map((at) => ({ score: scores[at]!, positive: truth[at]! > 0 })),
    );
  const r = (scores: readonly number[], only: readonly number[]) =>
    correlation(only.map((at) => [scores[at]!, truth[at]!] as const));
  for (const domain of ['all', 'tweet', 'amazon', 'nyt', 'movie']) {
    const only = rows.flatMap((row, at) => (domain === 'all' || row.domain === domain ? [at] : []));
    const add = (measure: string, by: typeof r, bar: Figure['bar']) =>
      figures.push({
        goal: domain === 'all' ? '10' : '',
        set: `sent_vader ${domain}`,
        part,
        measure,
        value: by(shipped, only),
        ...(stacked ? { retrained: by(stacked, only) } : {}),
        bar,
      });
    add('r', r, domain === 'all' ? { least: 0.69 } : null);
    add('AUC', area, domain === 'all' ? { least: 0.89 } : null);
  }
  writeScores(
    out,
    'sent_vader.sentiment',
    part,
    rows,
    shipped.map((score) => ({ score, positive: false })),
    0.05,
  );
  return figures;
}

/** `id,score,decision,evaded`: the score the set is about, `flag` or `approve` at the threshold, 1 where a word was disguised. */
function writePredictions(
  out: string,
  set: string,
  part: Part,
  predictions: readonly Prediction[],
  thresholds: Thresholds,
): void {
  const hate = set.startsWith('hate');
  const threshold = hate ? thresholds.hateMacro : thresholds.toxicity;
  writeCsv(
    join(out, `${set}.${part}.csv`),
    ['id', 'score', 'decision', 'evaded', 'policy_decision'],
    predictions.map(({ row, result, evaded }) => {
      const score = scoreOf(result, hate ? 'hate' : 'toxicity');
      return [row.id!, score, score >= threshold ? 'flag' : 'approve', evaded ? 1 : 0, result.decision];
    }),
  );
}

function writeScores(
  out: string,
  set: string,
  part: Part,
  rows: readonly Row[],
  scored: readonly Scored[],
  threshold: number,
): void {
  writeCsv(
    join(out, `${set}.${part}.csv`),
    ['id', 'score', 'decision', 'evaded'],
    rows.map((row, at) => [
      row.id!,
      scored[at]!.score,
      scored[at]!.score >= threshold ? 'flag' : 'approve',
      0,
    ]),
  );
}
