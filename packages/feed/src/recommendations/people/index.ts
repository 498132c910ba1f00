export { peopleOperations } from './operations.js';
export {
  createPeople,
  type People,
  type PeopleDeps,
  type PeopleOptions,
  type PeopleService,
} from './people-service.js';
export { PEOPLE_IALS, PEOPLE_QUEUE, type PeopleRefresh } from './refresh.js';
export type * from './store.js';
export { EVIDENCE_FOLLOWEES } from './store.js';
export { createMemoryGraphExport, createMemoryPeople } from './store.memory.js';
export * from './types.js';
