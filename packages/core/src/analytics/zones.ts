import { SocialError } from '../kernel/errors.js';
import { DAY_MS, QUARTER_MS } from './events.js';

/** A day as people in a time zone live it: 23 to 25 hours where clocks change. */
export interface LocalDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Unix milliseconds, inclusive. */
  readonly from: number;
  /** Unix milliseconds, exclusive. */
  readonly to: number;
}

/** The clock on the wall of a time zone. */
export interface LocalClock {
  readonly zone: string;
  /** Milliseconds that local time is ahead of UTC at an instant. */
  offsetAt(unixMs: number): number;
  /** 0 Monday to 6 Sunday. */
  weekdayAt(unixMs: number): number;
  /** 0 to 23. */
  hourAt(unixMs: number): number;
  /** `YYYY-MM-DD`. */
  dateAt(unixMs: number): string;
  /** `count` days in a row, the last one holding `unixMs`. */
  daysUntil(unixMs: number, count: number): readonly LocalDay[];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws input.invalid (validation) for a zone that the runtime does not know */
function formatOf(zone: string): Intl.DateTimeFormat {
  const found = formats.get(zone);
  if (found) return found;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    // Names come from callers: spellings of one zone must not fill the memory.
    if (formats.size < 1000) formats.set(zone, format);
    return format;
  } catch {
    throw new SocialError('validation', 'input.invalid', 'the input is not valid; see fields', {
      fields: [{ path: 'zone', message: 'must be a time zone such as Europe/Berlin' }],
    });
  }
}

const localDate = (local: number): string => new Date(local).toISOString().slice(0, 10);

/**
 * The clock of an IANA time zone, from the runtime's own data. Zones shift by whole quarters of an hour.
 * @throws input.invalid (validation) for a zone that the runtime does not know
 */
export function createLocalClock(zone: string): LocalClock {
  const format = formatOf(zone);
  const known = new Map<number, number>();
  const lookUp = (quarterStart: number): number => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(quarterStart)) part[type] = Number(value);
    const local = Date.UTC(
      part.year ?? 0,
      (part.month ?? 1) - 1,
      part.day ?? 1,
      part.hour ?? 0,
      part.minute ?? 0,
    );
    return local - quarterStart;
  };
  const offsetOfQuarter = (start: number): number => {
    const found = known.get(start);
    if (found !== undefined) return found;
    const offset = lookUp(start);
    known.set(start, offset);
    return offset;
  };
  const offsetAt = (unixMs: number): number => {
    if (zone === 'UTC') return 0;
    const quarter = Math.floor(unixMs / QUARTER_MS) * QUARTER_MS;
    const day = Math.floor(unixMs / DAY_MS) * DAY_MS;
    // Clocks change once a day at most: a day that ends as it began has one offset, and two look-ups settle it.
    const begin = offsetOfQuarter(day);
    return begin === offsetOfQuarter(day + DAY_MS) ? begin : offsetOfQuarter(quarter);
  };
  const dateAt = (unixMs: number): string => localDate(unixMs + offsetAt(unixMs));
  /** The first instant of a date: midnight, or where the clocks skip it the moment they skip to. */
  const startOf = (date: string): number => {
    const midnight = Date.parse(`${date}T00:00:00Z`);
    let start = midnight - offsetAt(midnight - offsetAt(midnight));
    while (dateAt(start) < date) start += QUARTER_MS;
    while (dateAt(start - QUARTER_MS) >= date) start -= QUARTER_MS;
    return start;
  };
  return {
    zone,
    offsetAt,
    weekdayAt: (unixMs) => (Math.floor((unixMs + offsetAt(unixMs)) / DAY_MS) + 3) % 7,
    hourAt: (unixMs) => new Date(unixMs + offsetAt(unixMs)).getUTCHours(),
    dateAt,
    daysUntil(unixMs, count) {
      const last = Date.parse(`${dateAt(unixMs)}T00:00:00Z`);
      const dates = Array.from({ length: count + 1 }, (_, at) => localDate(last - (count - 1 - at) * DAY_MS));
      const starts = dates.map(startOf);
      return dates
        .slice(0, count)
        .map((date, at) => ({ date, from: starts[at] ?? 0, to: starts[at + 1] ?? 0 }));
    },
  };
}
