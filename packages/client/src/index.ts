export type { SocketConstructor, SocketLike } from './realtime/socket.js';
