import { operation } from '@socialkit/core';
import { z } from 'zod';
import { interactionsInput, itemInput, itemsInput, itemsPage } from './types.js';

/** The permission of the host's own services that tell who took what. */
export const ITEMS_PERMISSION = 'discovery.items';

/** The operations about items of the host's catalogues. */
export const itemOperations = {
  items: operation({
    name: 'discovery.items',
    summary: "Items of one of the platform's catalogues that you may like, each with the reasons",
    method: 'GET',
    path: '/discovery/items/{catalogue}',
    input: itemsInput,
    output: itemsPage,
    permission: 'user',
  }),
  dismissItem: operation({
    name: 'discovery.dismissItem',
    summary: 'Do not recommend this item for 90 days',
    method: 'PUT',
    path: '/discovery/items/{catalogue}/{item}/dismissal',
    input: itemInput,
    output: z.object({ changed: z.boolean() }),
    permission: 'user',
  }),
  recordInteractions: operation({
    name: 'discovery.recordInteractions',
    summary: 'Tell who took which items of a catalogue',
    method: 'POST',
    path: '/discovery/items/{catalogue}/interactions',
    input: interactionsInput,
    output: z.object({ recorded: z.int() }),
    permission: `staff:${ITEMS_PERMISSION}`,
    rateLimit: 'staff',
  }),
  withdrawItem: operation({
    name: 'discovery.withdrawItem',
    summary: 'Forget an item of a catalogue: it is not recommended from the next read on',
    method: 'DELETE',
    path: '/discovery/items/{catalogue}/{item}',
    input: itemInput,
    output: z.object({ removed: z.int() }),
    permission: `staff:${ITEMS_PERMISSION}`,
    rateLimit: 'staff',
  }),
} as const;
