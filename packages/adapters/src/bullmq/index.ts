/** Jobs through BullMQ on Redis: the engine for when the jobs table alone is outgrown. */
export { type BullmqOptions, createBullmqJobQueue } from './job-queue.js';
