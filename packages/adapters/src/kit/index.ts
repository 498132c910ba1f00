export type { Background, QueueWorker } from './background.js';
export { createSocialKit } from './create-social-kit.js';
export type { KitModeration } from './moderation.js';
export type { ModerationOptions } from './moderation-options.js';
export type { DatabaseChoice, SocialKitOptions } from './options.js';
export type { DeadLetters, Health, SocialKit, Worker } from './social-kit.js';
