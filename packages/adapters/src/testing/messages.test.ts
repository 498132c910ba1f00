import { messageServiceSuite, messageWorldsSuite, receiptServiceSuite } from '@socialkit/chat/testing';
import { describeBackends } from './backends.js';

describeBackends('messages', (backend) => {
  messageServiceSuite(backend);
  receiptServiceSuite(backend);
  messageWorldsSuite(backend);
});
