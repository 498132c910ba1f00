export { loadWorld } from './load.js';
export { loadWorldIntoMemory } from './load.memory.js';
export * from './oracle.js';
export { disagreements, oracleSees, type PolicyForm, type SeenIds } from './proof.js';
export { typescriptForm } from './typescript-form.js';
export * from './world.js';
