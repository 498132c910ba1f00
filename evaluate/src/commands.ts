import { evaluateAnalytics } from './analytics/evaluate.js';
import { dataFolder } from './data-folder.js';
import { evaluateDiscovery, writeItems, writePeople } from './discovery/evaluate.js';
import { evaluateModeration } from './moderation/evaluate.js';
import { trainText, writeTextModel } from './moderation/train-text.js';
import { evaluateTrends, writeTrends } from './trends/evaluate.js';

/** Where an evaluation reads and writes. */
export interface Folders {
  readonly data: string;
  readonly out: string;
}

/** Files a command is given by name, as whole paths: `--stream FILE`. */
export type Files = Readonly<Record<string, string | undefined>>;

/** One evaluation. */
export interface EvaluateCommand {
  readonly name: string;
  readonly summary: string;
  /** Whether `all` runs it. */
  readonly inAll: boolean;
  /** Names of the files it needs in place of `--data`; `--out` is then a file too. */
  readonly files?: readonly string[];
  /** Names of files it can do without. */
  readonly optionalFiles?: readonly string[];
  run(folders: Folders, files: Files): Promise<void> | void;
}

/** Every evaluation there is; a new one is one more line. */
export const commands: readonly EvaluateCommand[] = [
  {
    name: 'moderation',
    summary: 'toxicity, hate, spam and sentiment of the shipped text pipeline, beside the goals',
    inAll: true,
    run: ({ data, out }) => evaluateModeration({ data: dataFolder(data, 'moderation'), out }),
  },
  {
    name: 'train-text',
    summary: 'trains the shipped text model again and writes text-model.ts to --out',
    inAll: false,
    run({ data, out }) {
      const model = trainText(data);
      writeTextModel(out, model);
      process.stdout.write(`weights ${model.hash}\n`);
    },
  },
  {
    name: 'analytics',
    summary: 'rates, rollups and reach of the development sets, beside an independent recount',
    inAll: true,
    run: evaluateAnalytics,
  },
  {
    name: 'trend-figures',
    summary: 'F1, latency and spam of the trends on the development stream, beside other formulas',
    inAll: true,
    run: evaluateTrends,
  },
  {
    name: 'trends',
    summary: 'the trends of a stream of uses, every 15 minutes: tick,tag,rank',
    inAll: false,
    files: ['stream', 'users'],
    run: ({ out }, { stream, users }) => writeTrends(stream ?? '', users ?? '', out),
  },
  {
    name: 'discovery-figures',
    summary:
      'recall, MRR, nDCG and latency of people and items on the development parts, beside simpler ways',
    inAll: true,
    run: evaluateDiscovery,
  },
  {
    name: 'who-to-follow',
    summary: 'people to follow in a graph of follows: user,item,rank to 100',
    inAll: false,
    files: ['graph', 'users'],
    run: ({ out }, { graph, users }) => writePeople(graph ?? '', users ?? '', out),
  },
  {
    name: 'items',
    summary: 'items for users of a catalogue: user,item,rank to 20',
    inAll: false,
    files: ['train', 'users'],
    optionalFiles: ['friends'],
    run: ({ out }, { train, users, friends }) => writeItems(train ?? '', users ?? '', friends, out),
  },
];
