/** Lets the rest of the process have its turn: long work calls it between its parts. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
