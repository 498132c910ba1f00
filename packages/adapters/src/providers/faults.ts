import { SocialError } from '@socialkit/core';

/** Why a service gave no answer that counts. */
export type ProviderFault =
  /** No answer, or not the whole of it, before the deadline. */
  | 'timeout'
  /** 429, until the deadline. */
  | 'rate_limited'
  /** Another status than 2xx. */
  | 'refused'
  /** No connection, or it broke. */
  | 'unreachable'
  /** The answer is larger than it may be. */
  | 'oversized'
  /** The answer is not JSON, not of the shape, or has scores that are none. */
  | 'malformed'
  /** It failed too often lately and is not asked for a while. */
  | 'resting'
  /** Too many questions wait already. */
  | 'busy';

/** A fault as an error. It carries neither the question, the address, the key nor the service's words. */
export const providerError = (id: string, fault: ProviderFault, status?: number): SocialError =>
  new SocialError(
    fault === 'timeout' ? 'timeout' : 'unavailable',
    `provider.${fault}`,
    `${id} gave no answer that counts: ${fault}${status === undefined ? '' : `, status ${status}`}`,
  );
