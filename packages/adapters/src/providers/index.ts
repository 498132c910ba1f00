export type { ProviderFault } from './faults.js';
export { createProvider, type Provider, type ProviderOptions, type SignedRequest } from './provider.js';
