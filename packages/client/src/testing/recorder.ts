import type { ClientEvent, Follower } from '../realtime/followed-stream.js';

/** An application that keeps the numbers a stream carries, and checks at every event what the client promises. */
export interface Recorder extends Follower {
  /** What a fresh fetch would give, if nothing was lost. */
  readonly state: number[];
  loads: number;
  readonly closures: string[];
  readonly violations: string[];
  /** Where the recorder stands. */
  offset: number;
  /** Runs inside of each event, to be slow or to fail. */
  during: (event: ClientEvent) => void | Promise<void>;
}

/** @param fetch the truth: the numbers of the first `offset` events, and that offset */
export function createRecorder(
  fetch: () => { readonly state: readonly number[]; readonly offset: number },
): Recorder {
  let epoch = '';
  let busy = false;
  const recorder: Recorder = {
    state: [],
    loads: 0,
    closures: [],
    violations: [],
    offset: 0,
    during: () => {},
    load(position) {
      if (busy) recorder.violations.push('a load during an event');
      const { state, offset } = fetch();
      recorder.loads++;
      recorder.state.splice(0, Number.POSITIVE_INFINITY, ...state);
      recorder.offset = offset;
      epoch = position.epoch;
      return offset;
    },
    async event(event) {
      if (busy) recorder.violations.push(`${event.offset} while another is handled`);
      if (event.epoch !== epoch) recorder.violations.push(`epoch ${event.epoch}`);
      if (event.offset !== recorder.offset + 1)
        recorder.violations.push(`${event.offset} after ${recorder.offset}`);
      busy = true;
      try {
        await recorder.during(event);
        recorder.state.push(event.data?.n as number);
        recorder.offset = event.offset;
      } finally {
        busy = false;
      }
    },
    closed: (why) => void recorder.closures.push(why),
  };
  return recorder;
}
