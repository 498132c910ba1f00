export { createRedisPresence } from './presence.js';
