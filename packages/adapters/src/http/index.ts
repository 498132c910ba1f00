export type { CorsOptions } from './cors.js';
export { createHandler, type Handler, type HandlerOptions } from './handler.js';
export type { Authenticate, ClientConnection, HttpKit } from './kit.js';
export { type NodeListener, nodeListener, type RunningServer, type ServeOptions, serve } from './node.js';
export { type OpenApiDocument, openApiOf } from './openapi/document.js';
export type { PageOptions } from './pages.js';
export { HTTP_LIMITS, type HttpLimitName, type HttpLimitOverrides } from './rate-limits.js';
export { type Route, routesOf } from './routes.js';
