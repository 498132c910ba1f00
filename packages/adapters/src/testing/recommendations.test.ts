import { itemsSuite, peopleSuite } from '@socialkit/feed/testing';
import { describeBackends } from './backends.js';

/** `SOCIALKIT_READS=100000` plays the whole campaign. */
const campaign = Number(process.env.SOCIALKIT_READS ?? 0);

describeBackends('recommendations', (backend) => {
  itemsSuite(backend);
  peopleSuite(backend, { reads: campaign || { memory: 150, pglite: 30, postgres: 60 }[backend.kind] });
});
