export { appealableUntil, type StatementSettings, statementOf } from './present.js';
export {
  createStatementsService,
  type StatementsService,
  statementOperations,
} from './statements-service.js';
export { englishStatement, letterOf, type StatementTemplate, type StatementTemplates } from './templates.js';
export * from './types.js';
