export * from './appeals/index.js';
export * from './audit-chain/index.js';
export { type CalibrationTable, calibrated } from './detectors/linear/calibration.js';
export { type ModelHead, type PackedModel, unpackModel } from './detectors/linear/packed-model.js';
export { createTextDetector } from './detectors/linear/text-detector.js';
export { baseList } from './detectors/lists/base-list.js';
export { createListDetector, createWordLists, type WordLists } from './detectors/lists/list-detector.js';
export {
  type Severity,
  type WordEntry,
  type WordEntryInput,
  type WordList,
  type WordListInput,
  wordListSchema,
} from './detectors/lists/word-list.js';
export {
  createSpamModel,
  type LabelledDecision,
  type LearnOutcome,
  labelledDecisionSchema,
  restoreSpamModel,
  type SpamModel,
  type SpamModelOptions,
  type SpamModelState,
  type SpamScore,
} from './detectors/online/spam-model.js';
export { type Sentiment, sentimentOf } from './detectors/sentiment/rules.js';
export { createSentimentDetector } from './detectors/sentiment/sentiment-detector.js';
export { domainOf, findLinkSigns, type LinkSign } from './detectors/spam/links.js';
export {
  createMemoryPostHistory,
  NEW_DOMAIN_MS,
  type PostedText,
  type PostHistory,
  type PostHistoryOptions,
  type PostingFacts,
  piecesOf,
} from './detectors/spam/post-history.js';
export { distanceOf, NEAR, type Simhash, simhashOf } from './detectors/spam/simhash.js';
export { createSpamDetector } from './detectors/spam/spam-detector.js';
export * from './kernel/index.js';
export * from './measures/index.js';
export * from './media/index.js';
export {
  createTextModeration,
  type ModerationContext,
  type TextModeration,
  type TextModerationOptions,
} from './moderate.js';
export { type PlainView, plainView, type Span, spanInOriginal } from './normalise/plain-view.js';
export * from './policy/index.js';
export * from './providers/index.js';
export * from './reports/index.js';
export * from './results/index.js';
export * from './review/index.js';
export * from './signals/index.js';
export * from './statements/index.js';
export * from './stores.js';
export { createMemoryModeration } from './stores.memory.js';
export * from './strikes/index.js';
export * from './subjects/index.js';
export { type AuthorStanding, createTextGate, type JudgedWith, type TextGateOptions } from './text-gate.js';
export * from './transparency/index.js';
