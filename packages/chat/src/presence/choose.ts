import {
  type Actor,
  accountOf,
  type Clock,
  type FactsReader,
  type Id,
  requireActive,
  type StreamPublisher,
  streamName,
  type UnitOfWork,
} from '@socialkit/core';
import { shownState } from './merge.js';
import type { PresenceRecord, PresenceRecordReader, PresenceRecordWriter } from './store.js';
import type { ChosenState, DevicePresence, LastSeenAudience, OwnPresence } from './types.js';
import type { PresenceReadDeps } from './view.js';

/** What choosing needs of a unit of work. */
export interface PresenceUnit {
  readonly facts: Pick<FactsReader, 'relations'>;
  readonly presence: PresenceRecordReader & PresenceRecordWriter;
}

/** What choosing works on. */
export interface ChooseDeps extends PresenceReadDeps {
  readonly unitOfWork: UnitOfWork<PresenceUnit>;
  readonly publisher: Pick<StreamPublisher, 'hint'>;
  readonly clock: Clock;
  /** The account's presence may be another one now. */
  readonly changed: (userIds: readonly Id[]) => void;
}

const present = (record: PresenceRecord, devices: readonly DevicePresence[]): OwnPresence => ({
  state: record.state,
  shown: shownState(record.state, devices),
  lastSeen: record.lastSeen,
  devices,
});

/** What an account chose, what others see of it, and what it is connected with. */
export async function ownPresence({ store, readers }: PresenceReadDeps, actor: Actor): Promise<OwnPresence> {
  const me = accountOf(actor);
  const [records, devices] = await Promise.all([readers.presence.find([me]), store.devices([me])]);
  return present(records.get(me) as PresenceRecord, devices.get(me) ?? []);
}

/**
 * Chooses state and privacy; holds for the very next read of anybody, and reaches who watches as a change. Becoming invisible
 * looks like going: the account was last seen at that moment, and not again while it is invisible.
 *
 * @throws account.inactive (forbidden) when the account is suspended or deactivated
 */
export async function choosePresence(
  deps: ChooseDeps,
  actor: Actor,
  choice: { readonly state?: ChosenState | undefined; readonly lastSeen?: LastSeenAudience | undefined },
): Promise<OwnPresence> {
  const me = accountOf(actor);
  const devices = (await deps.store.devices([me])).get(me) ?? [];
  const record = await deps.unitOfWork.transact(async ({ facts, presence }) => {
    requireActive((await facts.relations(me, [me])).get(me));
    if (choice.state === 'invisible' && devices.length > 0)
      await presence.seen([{ userId: me, at: deps.clock.now() }]);
    return presence.choose(me, {
      ...(choice.state === undefined ? {} : { state: choice.state }),
      ...(choice.lastSeen === undefined ? {} : { lastSeen: choice.lastSeen }),
    });
  });
  deps.changed([me]);
  // The account's other devices show the same switch.
  deps.publisher.hint(
    [streamName('user', me)],
    'presence.chosen',
    { state: record.state, lastSeen: record.lastSeen },
    { key: 'presence.chosen' },
  );
  return present(record, devices);
}
