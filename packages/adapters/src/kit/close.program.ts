// Opens a kit, uses it, closes it, and then has nothing left to stay for. Or finds a package missing.
import { register } from 'node:module';

const { options, missing } = JSON.parse(process.argv[2] ?? '{}') as {
  options: object;
  missing: string | null;
};
if (missing !== null) {
  const hook = `export async function resolve(specifier, context, next) {
    if (specifier !== ${JSON.stringify(missing)}) return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

const { createSocialKit } = await import('./index.js');
try {
  const kit = await createSocialKit(options);
  const { id } = await kit.identity.register(kit.system, { externalId: 'host-1', handle: 'anna' });
  await kit.posts.create(kit.actor(id), { text: 'tea #tea' });
  await kit.feed.home(kit.actor(id), {});
  await kit.idle();
  await kit.close();
  process.send?.({ closed: true });
} catch (error) {
  const { code, category, message } = error as { code?: string; category?: string; message: string };
  process.send?.({ code, category, message });
}
