import { createMemoryTail } from './tail.js';
import { tailSuite } from './tail.suite.js';
import { createMemoryTransport } from './transport.js';

tailSuite('in the process', async () => {
  const transport = createMemoryTransport();
  const node = { transport, tail: createMemoryTail({ transport }) };
  return {
    a: node,
    b: node,
    close: async () => {
      await node.tail.close();
      await transport.close();
    },
  };
});
