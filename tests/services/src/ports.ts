import { createServer } from 'node:net';

const listen = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment. Somebody may take it before the caller
 * does, so a server that cannot bind it is started again on another one.
 */
export const freePort = (): Promise<number> => listen(0);
