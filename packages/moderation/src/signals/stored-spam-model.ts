import { SocialError, type UnitOfWork } from '@socialkit/core';
import {
  createSpamModel,
  type LabelledDecision,
  type LearnOutcome,
  restoreSpamModel,
  type SpamModel,
  type SpamModelOptions,
  type SpamScore,
} from '../detectors/online/spam-model.js';
import type { PlainView } from '../normalise/plain-view.js';
import { decodeSpamModel, encodeSpamModel } from './model-bytes.js';
import type { ModelReader, ModelWriter, SignalStores } from './store.js';

export interface StoredSpamModelOptions extends SpamModelOptions {
  /** The tenant or use it is of. @default default */
  readonly name?: string;
}

/** A spam model that all processes share: it is learned in the database, one decision at a time, and read into each process. */
export interface StoredSpamModel {
  /** What the pipeline scores with; it changes when something was learned or refreshed. Its `learn` and `rollback` are refused. */
  readonly model: SpamModel;
  /**
   * Learns from a final decision of a person, on what all processes know.
   * @throws decision.invalid
   */
  learn(decision: LabelledDecision): Promise<LearnOutcome>;
  /** Takes over what other processes learned. Call it at start and now and then. */
  refresh(): Promise<void>;
  /**
   * Goes back to a version; what was learned later is forgotten.
   * @throws model.version_not_found
   */
  rollback(version: number): Promise<void>;
}

export function createStoredSpamModel(
  deps: {
    readonly unitOfWork: UnitOfWork<Pick<SignalStores, 'spamModels'>>;
    readonly readers: { readonly spamModels: ModelReader };
  },
  options: StoredSpamModelOptions = {},
): StoredSpamModel {
  const { name = 'default', ...learning } = options;
  const keep = learning.versions ?? 5;
  let current = createSpamModel(learning);

  const opened = async (store: ModelReader): Promise<SpamModel> => {
    const kept = await store.load(name);
    return kept ? restoreSpamModel(decodeSpamModel(kept.state), learning) : createSpamModel(learning);
  };
  const saved = (store: ModelWriter, model: SpamModel) =>
    store.save(name, { version: model.version, state: encodeSpamModel(model.save()) }, keep);
  const refuse = (): never => {
    throw new SocialError('conflict', 'model.shared', 'this model is learned through the store');
  };

  return {
    model: {
      get version() {
        return current.version;
      },
      get active() {
        return current.active;
      },
      get labels() {
        return current.labels;
      },
      learn: refuse,
      rollback: refuse,
      score: (text: string | PlainView): SpamScore => current.score(text),
      heldBack: () => current.heldBack(),
      versions: () => current.versions(),
      save: () => current.save(),
    },
    async learn(decision) {
      const { learned, outcome } = await deps.unitOfWork.transact(async ({ spamModels }) => {
        await spamModels.lock(name);
        const model = await opened(spamModels);
        const result = model.learn(decision);
        if (result === 'learned' || result === 'held_back') await saved(spamModels, model);
        return { learned: model, outcome: result };
      });
      current = learned;
      return outcome;
    },
    async refresh() {
      current = await opened(deps.readers.spamModels);
    },
    async rollback(version) {
      current = await deps.unitOfWork.transact(async ({ spamModels }) => {
        await spamModels.lock(name);
        const [newest, back] = [await spamModels.load(name), await spamModels.load(name, version)];
        if (!newest || !back)
          throw new SocialError('not_found', 'model.version_not_found', 'this version is not kept');
        const state = { ...decodeSpamModel(back.state), version: newest.version + 1 };
        const model = restoreSpamModel(state, learning);
        await saved(spamModels, model);
        return model;
      });
    },
  };
}
