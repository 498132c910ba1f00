import { evaluateModeration } from './moderation/evaluate.js';
import { trainText, writeTextModel } from './moderation/train-text.js';

/** Where an evaluation reads and writes. */
export interface Folders {
  readonly data: string;
  readonly out: string;
}

/** One evaluation. */
export interface EvaluateCommand {
  readonly name: string;
  readonly summary: string;
  /** Whether `all` runs it. */
  readonly inAll: boolean;
  run(folders: Folders): Promise<void> | void;
}

/** Every evaluation there is; a new one is one more line. */
export const commands: readonly EvaluateCommand[] = [
  {
    name: 'moderation',
    summary: 'toxicity, hate, spam and sentiment of the shipped text pipeline, beside the goals',
    inAll: true,
    run: evaluateModeration,
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
];
