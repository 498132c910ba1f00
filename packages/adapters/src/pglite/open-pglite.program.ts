// Opens a data folder, writes a row, tells what it holds, and then closes it or stays.
import { openPglite } from './open-pglite.js';

const [dataDir = '', mode] = process.argv.slice(2);
const lite = await openPglite({ dataDir });
await lite.pool.query('CREATE TABLE words (word text)');
await lite.pool.query("INSERT INTO words VALUES ('kept')");
const { rows } = await lite.pool.query('SELECT word FROM words');
process.send?.(rows);
if (mode === 'close') await lite.close();
if (mode === 'stay') setInterval(() => {}, 1_000);
