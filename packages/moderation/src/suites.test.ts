import { createTextDetector } from './detectors/linear/text-detector.js';
import { createListDetector, createWordLists } from './detectors/lists/list-detector.js';
import { createSpamModel } from './detectors/online/spam-model.js';
import { createSentimentDetector } from './detectors/sentiment/sentiment-detector.js';
import { createMemoryPostHistory } from './detectors/spam/post-history.js';
import { createSpamDetector } from './detectors/spam/spam-detector.js';
import { detectorSuite, HISTORY_OF_SUITE, postHistorySuite } from './testing.js';

const textDetector = createTextDetector();
const learned = () => {
  const model = createSpamModel({ bits: 14 });
  for (let at = 0; at < 60; at += 1) {
    const spam = at % 2 === 0;
    const text = spam ? `free coins ${at}` : `a walk ${at}`;
    model.learn({ id: `${at}`, text, spam, moderatorId: `m${at % 4}`, at, source: 'decision' });
  }
  return model;
};

detectorSuite('word lists', () => createListDetector(createWordLists()));
detectorSuite('text model', () => textDetector);
detectorSuite('spam signals', () => createSpamDetector());
detectorSuite('spam signals with a model in shadow', () =>
  createSpamDetector({ model: createSpamModel({ bits: 14 }) }),
);
detectorSuite('spam signals with a model', () => createSpamDetector({ model: learned() }));
detectorSuite('sentiment', createSentimentDetector);
postHistorySuite('memory', () => createMemoryPostHistory(HISTORY_OF_SUITE));
