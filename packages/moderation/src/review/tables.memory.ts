import type { MemoryTables } from '@socialkit/core';
import type { CaseVote, ReviewCase } from './types.js';

/** The tables of the reference stores. */
export const casesIn = (tables: MemoryTables) => tables.table<ReviewCase>('moderation_cases');
export const votesIn = (tables: MemoryTables) => tables.table<CaseVote>('case_votes');
