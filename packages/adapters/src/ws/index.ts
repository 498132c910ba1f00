export { createGateway, type Gateway, type GatewayKit, type GatewayStats } from './gateway.js';
export type { GatewayAuthenticate, GatewayLimits, GatewayOptions, Session } from './options.js';
