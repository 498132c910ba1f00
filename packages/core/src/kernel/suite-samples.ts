import { systemActor } from './actor.js';
import type { AnyEvent, EventType, NewEvent } from './events.js';

/** Event types only the suites know: no slice's type is a dependency of the kernel. */
export const sampleType = (name: string): EventType => `sample.${name}` as EventType;

/** An event of {@link sampleType} with a payload of ids, numbers and text outside of ASCII. */
export const sampleEvent = (name: string, payload: object = { n: 1, text: 'żółw 🐢' }): NewEvent =>
  ({ type: sampleType(name), actor: systemActor('suite'), payload }) as unknown as NewEvent;

/** What a sample event carries. */
export const samplePayload = (event: AnyEvent | unknown): Readonly<Record<string, unknown>> =>
  (event as { payload: Readonly<Record<string, unknown>> }).payload;

/** A promise and the function that keeps it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Runs `count` of the same side by side, half through each of two handles. */
export const race = <H, T>(
  count: number,
  [a, b]: readonly [H, H],
  run: (handle: H, n: number) => Promise<T>,
) => Promise.all(Array.from({ length: count }, (_, n) => run(n % 2 === 0 ? a : b, n)));

/** Racers in a race test. */
export const RACERS = 20;
/** Why a race test is skipped. */
export const NO_RACES = '[skipped: this back-end runs one transaction at a time]';
