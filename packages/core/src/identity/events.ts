import type { AccountState } from '../access/index.js';
import type { Id } from '../kernel/ids.js';

/** What the identity slice tells the others. Payloads carry ids and public facts only. */
export interface IdentityEvents {
  'account.created': { readonly accountId: Id; readonly reference?: string };
  /**
   * Something of the profile or settings changed. `fields` names what, for example `displayName`, `handle`,
   * `isPrivate`, `verified`, `custom.website`; never the values.
   */
  'account.updated': {
    readonly accountId: Id;
    readonly revision: number;
    readonly fields: readonly string[];
    /** What the content gate calls its decision about the change, where it said something. */
    readonly reference?: string;
  };
  'account.state_changed': {
    readonly accountId: Id;
    readonly from: AccountState;
    readonly to: AccountState;
  };
  /** The private-account switch moved. On `isPrivate: false` the graph accepts the follow requests that wait. */
  'account.privacy_changed': { readonly accountId: Id; readonly isPrivate: boolean };
  'account.role_changed': { readonly accountId: Id; readonly from: string; readonly to: string };
}

declare module '../kernel/events.js' {
  interface EventMap extends IdentityEvents {}
}
