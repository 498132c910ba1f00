import { createMemoryTransport } from './transport.js';
import { transportSuite } from './transport.suite.js';

transportSuite('in the process', async () => {
  const transport = createMemoryTransport();
  return { a: transport, b: transport, close: () => transport.close() };
});
