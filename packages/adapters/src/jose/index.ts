export { issueToken, TOKEN_TYPE } from './token.js';
export {
  createTokenAuthenticator,
  type TokenAuthenticatorOptions,
  type TokenSubject,
  type VerifiedToken,
} from './token-authenticator.js';
