export { hiveShape } from './hive.js';
export { type JsonMapping, jsonMappingSchema, jsonMappingShape } from './json-mapping.js';
export { openAiShape } from './openai.js';
export { perspectiveShape } from './perspective.js';
export { createProviderDetector, type ProviderDetectorOptions } from './provider-detector.js';
export { rekognitionShape } from './rekognition.js';
export {
  MODALITIES,
  type Modality,
  type ProviderPart,
  type ProviderReading,
  type ProviderRequest,
  type ProviderScore,
  type ProviderShape,
} from './shape.js';
