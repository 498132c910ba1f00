import {
  createHub,
  createRealtimeService,
  createUserStreamSource,
  type HubTransport,
  type RealtimeHub,
  type RealtimeService,
  type RevocationTarget,
  type Runtime,
  redeemTicket,
  tellHub,
  type UserStreamWriter,
} from '@socialkit/core';
import type { BackEnd } from './back-end.js';
import type { SocialKitOptions } from './options.js';

/** What open connections of this process rest on. Nothing runs before the first of them. */
export interface KitRealtime {
  /** Streams and hints of this process: what gateways and event streams serve, and what slices publish to. */
  readonly hub: RealtimeHub;
  readonly service: RealtimeService;
  /** Uses a ticket up. @returns the account it was minted for, or null */
  redeem(ticket: string): Promise<string | null>;
  /**
   * Writes to the streams of accounts and tells their clients: for what the host itself has to say. Each account gets its own
   * events in order, once, also when it connects later.
   */
  tell(events: Parameters<UserStreamWriter['append']>[0]): Promise<void>;
  /**
   * Starts a new history of all streams: after a restore from a backup, when offsets that clients hold may name other events.
   * Every client reloads. @returns the new epoch
   */
  renewEpoch(): Promise<string>;
  /** Ends sessions on every node: of an account, or one that `authenticate` gave a name. */
  revoke(target: RevocationTarget): void;
}

/** Wires the hub of a process onto its back-end. */
export function openRealtime(
  backEnd: BackEnd,
  runtime: Runtime,
  options: Pick<SocialKitOptions, 'realtime'>,
): KitRealtime {
  const { storage, tail } = backEnd;
  const { readers, unitOfWork } = storage;
  const hub = createHub(
    {
      transport: backEnd.transport as HubTransport,
      tail,
      epochs: readers.epochs,
      audience: readers.audience,
      clock: runtime.clock,
      logger: runtime.logger.child({ part: 'realtime' }),
    },
    options.realtime,
  );
  hub.register(createUserStreamSource(readers.userStreams));
  storage.onCommit((events) => tellHub(hub, events));
  const tickets = { unitOfWork, runtime };
  return {
    hub,
    service: createRealtimeService(tickets),
    redeem: (ticket) => redeemTicket(tickets, ticket),
    async tell(events) {
      hub.publish(await unitOfWork.transact(({ streams }) => streams.append(events)));
    },
    renewEpoch: () => readers.epochs.renew(),
    revoke: hub.revoke,
  };
}
