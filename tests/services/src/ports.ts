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

// Below what Linux (32768) and macOS (49152) give to outgoing connections: a server that is down for a moment, to be
// restarted on its port, would else lose it to any client that connects somewhere just then.
const FIRST_PORT = 12_000;
const LAST_PORT = 32_000;

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment, outside of the range that outgoing connections take theirs
 * from. Another server may take it before the caller does, so a server that cannot bind it is started again on another one.
 */
export const freePort = async (): Promise<number> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT)));
    } catch (error) {
      if (attempt === 100) throw error;
    }
  }
};
