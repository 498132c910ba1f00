export { issueToken, TOKEN_TYPE } from './token.js';
export {
  createTokenAuthenticator,
  createTokenSessions,
  type TokenAuthenticatorOptions,
  type TokenSession,
  type TokenSubject,
  type VerifiedToken,
} from './token-authenticator.js';
