export {
  MAX_BATCH,
  RECORD_CATEGORIES,
  type RecordCategory,
  type RecordSettings,
  recordOf,
  recordSchema,
  TERRITORIES,
  type TransparencyRecord,
} from './record.js';
export { hasPersonalData, withoutPersonalData } from './redaction.js';
export { type TransparencyReport, transparencyReport, transparencyReportSchema } from './report.js';
export { createNoticeSubscriber } from './subscribers.js';
export {
  createTransparencyService,
  type TransparencyService,
  transparencyOperations,
} from './transparency-service.js';
