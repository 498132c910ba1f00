export { createHttpAlgorithm, type HttpAlgorithmOptions } from './http-algorithm.js';
