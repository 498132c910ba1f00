/** A frontend or backend message: type byte, length, body. */
const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const text = (value: string): Buffer => Buffer.from(`${value}\0`);

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const int16 = (value: number): Buffer => int32(value).subarray(2);

/** A statement of the simple protocol. */
export const simpleQuery = (sql: string): Buffer => message('Q', text(sql));

/** Sync: the end of a series of extended messages. */
export const SYNC = message('S');

/** A Parse that always fails, which rolls back an implicit transaction that no Sync has ended. */
export const FAILING_PARSE = message('P', text(''), text('end the abandoned transaction'), int16(0));

/**
 * CopyFail. The server ignores it unless it waits for the rows of `COPY … FROM STDIN`, so it is sent after
 * every statement: the engine cannot wait for rows that have not come yet, and would end itself.
 */
export const COPY_FAIL = message(
  'f',
  text('the embedded database takes no rows from a client; use INSERT with unnest'),
);

const READY = 'Z'.charCodeAt(0);

/** Idle, in a transaction, in a transaction that failed. */
export type TransactionStatus = 'I' | 'T' | 'E';

/** The status in the ReadyForQuery that an answer ends with, as it must after a Query or a Sync. */
export const statusOf = (answer: Buffer): TransactionStatus | undefined => {
  const at = answer.length - 6;
  if (at < 0 || answer[at] !== READY || answer.readInt32BE(at + 1) !== 5) return undefined;
  return String.fromCharCode(answer[at + 5] ?? 0) as TransactionStatus;
};

/**
 * What a server sends to open a session: authentication is not needed, its settings, a key that
 * identifies the session, ready.
 *
 * @param settings for example `server_version`
 */
export const greeting = (settings: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat([
    message('R', int32(0)),
    ...Object.entries(settings).map(([name, value]) => message('S', text(name), text(value))),
    message('K', int32(process.pid), int32(0)),
    message('Z', Buffer.from('I')),
  ]);
