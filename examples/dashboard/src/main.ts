import { startExample } from './server.js';

console.log('Telling two months of a creator’s life…');
const example = await startExample({
  port: Number(process.env.PORT ?? 3000),
  database: process.env.DASHBOARD_DATABASE === 'embedded' ? {} : 'memory',
});
console.log(`
The dashboard is up. Open

  ${example.url}

Ctrl-C stops it.`);
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => void example.close().then(() => process.exit(0)));
