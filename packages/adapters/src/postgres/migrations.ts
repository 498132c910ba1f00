import type { Migration } from 'kysely/migration';
import { analyticsMigrations } from './analytics/migrations.js';
import { chatMigrations } from './chat/migrations.js';
import { commentMigrations } from './comments/migrations.js';
import { counterMigrations } from './counters/migrations.js';
import { feedMigrations } from './feed/migrations.js';
import { graphMigrations } from './graph/migrations.js';
import { identityMigrations } from './identity/migrations.js';
import { interestMigrations } from './interests/migrations.js';
import { kernelMigrations } from './kernel/migrations.js';
import { measureMigrations } from './measures/migrations.js';
import { moderationMigrations } from './moderation/migrations.js';
import { postMigrations } from './posts/migrations.js';
import { presenceMigrations } from './presence/migrations.js';
import { reactionMigrations } from './reactions/migrations.js';
import { realtimeMigrations } from './realtime/migrations.js';
import { recommendationMigrations } from './recommendations/migrations.js';
import { recommendedPostMigrations } from './recommended-posts/migrations.js';
import { searchMigrations } from './search/migrations.js';
import { trendMigrations } from './trends/migrations.js';

/** Every migration in order of its name; each slice contributes its own record. */
export const migrations: Readonly<Record<string, Migration>> = {
  ...kernelMigrations,
  ...identityMigrations,
  ...graphMigrations,
  ...postMigrations,
  ...commentMigrations,
  ...reactionMigrations,
  ...counterMigrations,
  ...feedMigrations,
  ...chatMigrations,
  ...realtimeMigrations,
  ...presenceMigrations,
  ...analyticsMigrations,
  ...trendMigrations,
  ...searchMigrations,
  ...interestMigrations,
  ...recommendationMigrations,
  ...recommendedPostMigrations,
  ...measureMigrations,
  ...moderationMigrations,
};
