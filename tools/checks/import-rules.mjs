// The direction of imports: examples -> adapters -> feed | chat | moderation -> core -> kernel.
import { isTestSupport } from './source-files.mjs';

/** What each package may import of the others; its own name is always allowed. */
const LAYERS = {
  core: [],
  feed: ['core'],
  chat: ['core'],
  moderation: ['core'],
  client: ['core', 'feed', 'chat', 'moderation'],
  adapters: ['core', 'feed', 'chat', 'moderation'],
};

/** Folders of core that name no feature: every slice may import all of them, they import no slice. */
const SHARED = ['kernel', 'access', 'counters', 'realtime', 'text-entities'];

/** What the shared folders may import of each other. */
const SHARED_MAY_IMPORT = {
  kernel: [],
  access: ['kernel'],
  counters: ['kernel', 'access'],
  realtime: ['kernel', 'access'],
  'text-entities': ['kernel', 'access'],
};

/** Files of a slice that others may import although they are neither types nor readers, and why. */
const OPEN_FILES = {
  'identity/roles.ts': 'who outranks whom is one table, and a pure one',
  'posts/view.ts': 'posts look the same in every listing, whichever slice lists them',
};

/** Libraries and the only folders of packages/adapters/src that load them. */
const VENDORS = {
  kysely: ['postgres'],
  pg: ['postgres', 'pglite'],
  '@electric-sql/pglite': ['pglite'],
  // BullMQ is given connections of ioredis.
  ioredis: ['redis', 'bullmq'],
  ws: ['ws'],
  hono: ['http'],
  '@hono/node-server': ['http'],
  bullmq: ['bullmq'],
  jose: ['jose'],
  'lru-cache': ['cache'],
  obscenity: ['obscenity'],
  sharp: ['sharp'],
  '@opentelemetry/api': ['otel'],
};

const MEND = {
  layer:
    'Imports run one way: examples -> adapters -> feed | chat | moderation -> core -> kernel. Move the code down, or react to an event.',
  slice:
    "A slice imports another slice's types.ts, and from its store.ts only types whose names end in Reader. Use a reader, an event, or a type.",
  shared:
    'kernel imports nothing else of core, access only the kernel and types; they name no feature. Move the code to the slice.',
  vendor:
    'Libraries are loaded only in their own folder of packages/adapters/src. Put the code there, or take what you need as a parameter.',
  tests:
    'Product code does not load test support (*.test.ts, *.suite.ts, testing/). Move what both need into a file of its own.',
  scope: 'Import another package by its name, @socialkit/<package>, and only what its exports list.',
};

const problem = (what, cure) => ({ what, mend: MEND[cure] });

/** Where a source lives: its package, the folder below src (empty for files in src itself) and the path below src. */
const placeOf = (path) => {
  const match = /^(?:packages\/([^/]+)|(examples)\/[^/]+|(bench))\/src\/(.*)$/.exec(path);
  if (!match) return undefined;
  const inner = match[4];
  const area = inner.includes('/') ? inner.slice(0, inner.indexOf('/')) : '';
  return { owner: match[1] ?? match[2] ?? match[3], area, inner };
};

const vendorOf = (specifier) =>
  Object.keys(VENDORS).find((name) => specifier === name || specifier.startsWith(`${name}/`));

const packageOf = (specifier) => /^@socialkit\/([^/]+)/.exec(specifier)?.[1];

const checkVendor = (from, specifier) => {
  const vendor = vendorOf(specifier);
  if (vendor === undefined || from.owner === 'examples' || from.owner === 'bench') return undefined;
  const folders = VENDORS[vendor];
  if (from.owner === 'adapters' && folders.includes(from.area)) return undefined;
  return problem(`imports ${specifier}, which only adapters/src/${folders.join(' and ')} may load`, 'vendor');
};

const checkPackage = (from, specifier) => {
  const target = packageOf(specifier);
  if (target === undefined || from.owner === 'examples' || from.owner === 'bench') return undefined;
  const allowed = LAYERS[from.owner] ?? [];
  if (allowed.includes(target)) return undefined;
  return problem(`imports ${specifier} from @socialkit/${from.owner}`, 'layer');
};

const isTypes = (inner) => /\/types(\.[\w-]+)?\.ts$/.test(inner);
const isStore = (inner) => /\/store(\.[\w-]+)?\.ts$/.test(inner) && !/\.(memory|suite)\.ts$/.test(inner);
const onlyReaders = ({ typeOnly, names }) =>
  typeOnly && (names ?? ['']).every((name) => /Readers?$/.test(name));

/** `src/stores.ts` gathers the slices' stores; what is the kernel's in it, and readers, are open to slices. */
const isOpenAssembly = ({ typeOnly, names }) =>
  typeOnly && (names ?? ['']).every((name) => name === 'KernelStores' || /Readers$/.test(name));

const checkSlice = (from, to, imported) => {
  if (to.area === '') {
    if (to.inner === 'stores.ts' && isOpenAssembly(imported)) return undefined;
    return problem(`imports core/src/${to.inner}, which puts the slices together`, 'slice');
  }
  if (isTypes(to.inner) || to.inner in OPEN_FILES) return undefined;
  if (isStore(to.inner) && onlyReaders(imported)) return undefined;
  const names = imported.names === null ? '' : ` { ${imported.names.join(', ')} }`;
  return problem(`slice ${from.area} imports${names} from ${to.inner}`, 'slice');
};

const checkInsideCore = (from, to, imported) => {
  // Files directly in src put the slices together.
  if (from.area === '' || from.area === to.area) return undefined;
  if (SHARED.includes(from.area)) {
    if (SHARED_MAY_IMPORT[from.area].includes(to.area)) return undefined;
    if (from.area !== 'kernel' && isTypes(to.inner)) return undefined;
    if (from.area !== 'kernel' && to.inner === 'stores.ts' && isOpenAssembly(imported)) return undefined;
    return problem(`${from.area} imports ${to.inner}`, 'shared');
  }
  return SHARED.includes(to.area) ? undefined : checkSlice(from, to, imported);
};

/**
 * Whether one import is against the direction of the house.
 *
 * @param {string} path The importing file, from the root.
 * @param {import('./source-imports.mjs').Import} imported
 * @param {string | undefined} target The imported file, from the root; undefined for a library.
 * @returns {{ what: string, mend: string } | undefined}
 */
export const checkImport = (path, imported, target) => {
  const from = placeOf(path);
  if (from === undefined) return undefined;
  const { specifier } = imported;
  if (isTestSupport(path)) {
    // Tests may look anywhere below them, but not above.
    const above = packageOf(specifier);
    if (above === undefined || above === 'test-services' || above === from.owner) return undefined;
    return checkPackage(from, specifier);
  }
  if (specifier === 'vitest' || specifier === 'fast-check' || packageOf(specifier) === 'test-services') {
    if (from.owner === 'bench' || from.owner === 'examples') return undefined;
    return problem(`imports ${specifier}`, 'tests');
  }
  if (!specifier.startsWith('.')) return checkPackage(from, specifier) ?? checkVendor(from, specifier);
  const to = target === undefined ? undefined : placeOf(target);
  if (to === undefined) return undefined;
  if (to.owner !== from.owner) return problem(`imports ${specifier}, a file of another package`, 'scope');
  if (isTestSupport(target)) return problem(`imports ${specifier}`, 'tests');
  return from.owner === 'core' ? checkInsideCore(from, to, imported) : undefined;
};
