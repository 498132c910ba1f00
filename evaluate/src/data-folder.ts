import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of one kind of sets: below the given one where there are several kinds, else that one itself. */
export const dataFolder = (data: string, kind: string): string =>
  existsSync(join(data, kind)) ? join(data, kind) : data;
