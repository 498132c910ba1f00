import { Duplex } from 'node:stream';
import type { Engine, EngineSession } from './engine.js';
import { createFrameReader, type Frame, opensSession } from './frames.js';

/** What `pg` calls on its socket beyond a stream's own methods. */
interface SocketFace {
  connect(): void;
  setNoDelay(): void;
  setKeepAlive(): void;
  ref(): void;
  unref(): void;
}

/** A stream that `pg` takes for its socket. */
export type EngineStream = Duplex & SocketFace;

/** The frontend messages a session may send. The engine ends the whole database on any other. */
const FRONTEND_TYPES: ReadonlySet<string> = new Set('QPBDECSHXdcf');

/**
 * A connection to the engine as `pg` knows one: bytes of the wire protocol in, bytes out. The start-up
 * packet opens a session, Terminate or destroying the stream closes it. Holds nothing that keeps the
 * process alive.
 */
export const createEngineStream = (engine: Engine): EngineStream => {
  const reader = createFrameReader();
  let session: EngineSession | undefined;

  const startUp = (stream: Duplex, frame: Frame, done: (error?: Error) => void): void => {
    if (opensSession(frame)) {
      session = engine.open(
        (greeting) => {
          stream.push(greeting);
          done();
        },
        (error) => done(error),
      );
    } else {
      // A request for encryption or for cancelling a query; neither exists inside a process.
      done(new Error('the embedded database opens plain sessions only'));
    }
  };

  const work = async (stream: Duplex, frames: readonly Frame[]): Promise<void> => {
    const terminate = frames.findIndex(({ type }) => type === 'X');
    const toRun = terminate === -1 ? frames : frames.slice(0, terminate);
    if (toRun.length > 0) {
      const answer = await session?.run(toRun);
      if (answer !== undefined && answer.length > 0 && !stream.destroyed) stream.push(answer);
    }
    if (terminate !== -1) {
      session?.close();
      stream.push(null);
    }
  };

  const framesOf = (chunk: Buffer): Frame[] => {
    const frames = reader.push(chunk);
    const strange = frames.find(({ type }) => type !== 'startup' && !FRONTEND_TYPES.has(type));
    if (strange) throw new Error('a message that no client sends');
    return frames;
  };

  const accept = (stream: Duplex, chunk: Buffer, done: (error?: Error) => void): void => {
    let frames: Frame[];
    try {
      frames = framesOf(chunk);
    } catch (error) {
      done(error as Error);
      return;
    }
    const [first] = frames;
    if (first === undefined) done();
    else if (first.type === 'startup') startUp(stream, first, done);
    else work(stream, frames).then(() => done(), done);
  };

  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      accept(stream, chunk, done);
    },
    writev(chunks, done) {
      accept(stream, Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done);
    },
    final(done) {
      session?.close();
      if (!stream.readableEnded) stream.push(null);
      done();
    },
    destroy(error, done) {
      session?.close();
      done(error);
    },
  });

  return Object.assign(stream, {
    connect: () => void process.nextTick(() => stream.emit('connect')),
    setNoDelay: () => {},
    setKeepAlive: () => {},
    ref: () => {},
    unref: () => {},
  });
};
