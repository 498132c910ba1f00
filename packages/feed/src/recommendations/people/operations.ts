import { operation } from '@socialkit/core';
import { changedSchema, peopleInput, peoplePage, personInput, similarInput, similarOutput } from './types.js';

/** The operations about people to follow. */
export const peopleOperations = {
  people: operation({
    name: 'discovery.people',
    summary: 'People you may want to follow, each with the reasons',
    method: 'GET',
    path: '/discovery/people',
    input: peopleInput,
    output: peoplePage,
    permission: 'user',
  }),
  dismissPerson: operation({
    name: 'discovery.dismissPerson',
    summary: 'Do not suggest this account for 90 days',
    method: 'PUT',
    path: '/discovery/people/{userId}/dismissal',
    input: personInput,
    output: changedSchema,
    permission: 'user',
  }),
  restorePerson: operation({
    name: 'discovery.restorePerson',
    summary: 'Take a dismissal back',
    method: 'DELETE',
    path: '/discovery/people/{userId}/dismissal',
    input: personInput,
    output: changedSchema,
    permission: 'user',
  }),
  similar: operation({
    name: 'discovery.similar',
    summary: 'Accounts that follow much the same people as an account does',
    method: 'GET',
    path: '/users/{userId}/similar',
    input: similarInput,
    output: similarOutput,
    permission: 'user',
  }),
} as const;
