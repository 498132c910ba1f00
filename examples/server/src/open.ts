import { createSocialKit, type SocialKit, type SocialKitOptions } from '@socialkit/adapters';
import type { Settings } from './settings.js';

/** Opens the kit the settings ask for: embedded in the data folder, or on the servers that are named. */
export const openKit = (
  settings: Settings,
  options: Pick<SocialKitOptions, 'clock' | 'recurring'> = {},
): Promise<SocialKit> =>
  createSocialKit({
    ...options,
    database: settings.databaseUrl ?? { dataDir: `${settings.dataDir}/database` },
    migrate: true,
    ...(settings.redisUrl === null ? {} : { redis: settings.redisUrl }),
  });
