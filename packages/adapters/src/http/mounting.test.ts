import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createHandler } from './handler.js';
import { nodeListener } from './node.js';
import { bearer, createTestKit } from './test-kit.js';

const listen = (server: Server) =>
  new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });

/** What every mounted handler does: reads, writes, counts by address, serves its pages, and leaves the host's routes alone. */
const expectMounted = async (url: string) => {
  expect(await (await fetch(`${url}/own`)).text()).toBe('own');
  expect(await (await fetch(`${url}/social/v1/notes/17`)).json()).toMatchObject({ id: '17' });
  const written = await fetch(`${url}/social/v1/notes?x=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer 17' },
    body: '{"text":"mounted"}',
  });
  expect(written.status).toBe(400);
  const good = await fetch(`${url}/social/v1/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer 17' },
    body: JSON.stringify({ text: 'm'.repeat(90) }),
  });
  expect(await good.json()).toMatchObject({ authorId: '17' });
  const document = (await (await fetch(`${url}/social/openapi.json`)).json()) as {
    servers: { url: string }[];
  };
  expect(document.servers[0]?.url).toBe('/social/v1');
  expect((await fetch(`${url}/social/healthz`)).status).toBe(200);
  const large = await fetch(`${url}/social/v1/notes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer 17' },
    body: JSON.stringify({ text: 'x'.repeat(300_000) }),
  });
  expect(await large.json()).toMatchObject({ code: 'body.too_large' });
};

describe('mounting', () => {
  it('works in Express, which takes the mount path off', async () => {
    const app = express();
    const handler = createHandler(createTestKit().kit, { authenticate: bearer, serverUrl: '/social/v1' });
    app.use('/social', nodeListener(handler));
    app.use(express.json());
    app.get('/own', (_request, response) => void response.send('own'));
    const server = createServer(app);
    await expectMounted(await listen(server));
    server.close();
  });

  it('works in Fastify, in a plugin that leaves bodies alone', async () => {
    const app = Fastify();
    const listener = nodeListener(
      createHandler(createTestKit().kit, { authenticate: bearer, mountPath: '/social' }),
    );
    app.get('/own', async () => 'own');
    app.register(async (social) => {
      social.removeAllContentTypeParsers();
      social.addContentTypeParser('*', (_request, _payload, done) => done(null));
      social.all('/social/*', async (request, reply) => {
        reply.hijack();
        await listener(request.raw, reply.raw);
      });
    });
    await expectMounted(await app.listen({ port: 0, host: '127.0.0.1' }));
    await app.close();
  });

  it('works in Hono and whatever else speaks Request and Response', async () => {
    const app = new Hono();
    const handler = createHandler(createTestKit().kit, { authenticate: bearer, mountPath: '/social' });
    app.get('/own', (c) => c.text('own'));
    app.all('/social/*', (c) => handler(c.req.raw));
    const server = createServer(nodeListener(async (request) => app.fetch(request)));
    await expectMounted(await listen(server));
    server.close();
  });
});
