export { obscenityWords, type PatternDataset, wordsOfDataset } from './word-list.js';
