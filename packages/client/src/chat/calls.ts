import type {
  conversationOperations,
  messageOperations,
  presenceOperations,
  receiptOperations,
  typingOperations,
} from '@socialkit/chat';
import type { CallOptions } from '../realtime/calls.js';
import type { RealtimeClient } from '../realtime/realtime-client.js';

/** A slice's operations as a type; what they do stays on the server. */
type Slice = Readonly<Record<string, { readonly input: unknown; readonly output: unknown }>>;
type InputOf<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type OutputOf<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : never;
type CallsOf<Name extends string, S extends Slice> = {
  readonly [K in keyof S & string as `${Name}.${K}`]: {
    readonly input: InputOf<S[K]['input']>;
    readonly output: OutputOf<S[K]['output']>;
  };
};

/** Every call of the chat by name, with its input and output. */
export type ChatCalls = CallsOf<'messages', typeof messageOperations> &
  CallsOf<'conversations', typeof conversationOperations> &
  CallsOf<'receipts', typeof receiptOperations> &
  CallsOf<'presence', typeof presenceOperations> &
  CallsOf<'typing', typeof typingOperations>;

/** Calls an operation of the chat. @throws SocialError as `RealtimeClient.call` */
export type ChatCall = <K extends keyof ChatCalls>(
  operation: K,
  input: ChatCalls[K]['input'],
  options?: CallOptions,
) => Promise<ChatCalls[K]['output']>;

/** The typed face of a client's calls. */
export const chatCall = (client: Pick<RealtimeClient, 'call'>): ChatCall =>
  ((operation, input, options) =>
    client.call(operation, input as Readonly<Record<string, unknown>>, options)) as ChatCall;
