/** Single flight: concurrent calls for one key share one run. */
export interface Flights {
  /** Joins the run under way for `key`, or starts one. A failed run fails all who share it and is forgotten. */
  share(key: string, run: () => Promise<string>): Promise<string>;
  /** Later calls do not join the run under way any more. */
  forget(key: string): void;
  forgetAll(): void;
}

export function createFlights(): Flights {
  const flying = new Map<string, Promise<string>>();
  return {
    share(key, run) {
      const underway = flying.get(key);
      if (underway) return underway;
      const flight = run().finally(() => {
        if (flying.get(key) === flight) flying.delete(key);
      });
      flying.set(key, flight);
      return flight;
    },
    forget: (key) => void flying.delete(key),
    forgetAll: () => flying.clear(),
  };
}
