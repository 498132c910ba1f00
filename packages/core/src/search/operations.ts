import { operation } from '../kernel/operation.js';
import { accountsFoundSchema, hashtagsFoundSchema, postsFoundSchema, searchInput } from './types.js';

/** Public operations of the search. */
export const searchOperations = {
  accounts: operation({
    name: 'search.accounts',
    summary:
      'Accounts by handle and name: the whole handle, people you follow, beginnings, then what looks alike',
    method: 'GET',
    path: '/search/accounts',
    permission: 'anyone',
    rateLimit: 'search',
    input: searchInput,
    output: accountsFoundSchema,
  }),
  hashtags: operation({
    name: 'search.hashtags',
    summary: 'Hashtags by their beginning, the most used first',
    method: 'GET',
    path: '/search/hashtags',
    permission: 'anyone',
    rateLimit: 'search',
    input: searchInput,
    output: hashtagsFoundSchema,
  }),
  posts: operation({
    name: 'search.posts',
    summary: 'Posts that have all words of the query, in any form their language gives them, newest first',
    method: 'GET',
    path: '/search/posts',
    permission: 'anyone',
    rateLimit: 'search',
    input: searchInput,
    output: postsFoundSchema,
  }),
} as const;
