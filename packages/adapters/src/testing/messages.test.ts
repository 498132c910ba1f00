import { messageWorldsSuite } from '@socialkit/chat/testing';
import { describeBackends } from './backends.js';

describeBackends('messages', (backend) => {
  messageWorldsSuite(backend);
});
