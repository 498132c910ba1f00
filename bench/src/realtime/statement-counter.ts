import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to PostgreSQL that counts the statements that pass. */
export interface StatementCounter {
  /** The database by way of the counter. */
  readonly url: string;
  /** Statements executed since the start. */
  readonly count: number;
  close(): Promise<void>;
}

/** Messages of a client by their first byte: Execute of a prepared statement, and a simple query. */
const COUNTED = new Set(['E', 'Q'].map((type) => type.charCodeAt(0)));

/** Cuts what a client sends into messages: the first has no type. @param seen called with the type of each but the first */
function createCutter(seen: (type: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return;
      if (started) seen(rest[0]!);
      started = true;
      rest = rest.subarray(end);
    }
  };
}

export async function countStatements(databaseUrl: string): Promise<StatementCounter> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let count = 0;
  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const take = createCutter((type) => {
      if (COUNTED.has(type)) count++;
    });
    client.on('data', take);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => {
        client.destroy();
        server.destroy();
      });
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((listener.address() as AddressInfo).port);
  return {
    url: url.href,
    get count() {
      return count;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
