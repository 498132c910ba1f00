export { encodeWeights, hashOfWeights, packWeights } from './detectors/linear/packed-model.js';
export { calibrationError, fitCalibration, type Judged } from './training/calibrate.js';
export { DISGUISES, type Disguise, disguise } from './training/disguise.js';
export {
  type LinearTrainingOptions,
  type LinearWeights,
  type TrainingSample,
  trainLinear,
} from './training/linear-trainer.js';
export { seededRandom } from './training/random.js';
export { createTextReader, disguised, misspelt } from './training/text-samples.js';
