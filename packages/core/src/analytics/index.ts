export { hash64 } from './hash.js';
export {
  createSketch,
  EXACT_LIMIT,
  MAX_SKETCH_BYTES,
  mergeSketches,
  type Sketch,
  sketchFromBytes,
} from './sketch.js';
