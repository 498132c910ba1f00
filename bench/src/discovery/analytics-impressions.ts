import { createSocialKit } from '@socialkit/adapters';
import { atLeast, judged, type Metric } from '../harness/metric.js';

const BATCH = 50;
const VIEWERS = 20;
/** Batches under way at once. */
const AT_ONCE = 4;

/** D18: impressions through the service, with everything it checks, in batches of 50. */
export async function measureImpressions(
  url: string,
  options: { readonly seconds: number },
): Promise<readonly Metric[]> {
  await using kit = await createSocialKit({ database: url, worker: false });
  const author = await kit.identity.register(kit.system, {
    externalId: 'bench:author',
    handle: 'bench_author',
  });
  const posts: string[] = [];
  for (let n = 0; n < BATCH; n += 1)
    posts.push((await kit.posts.create(kit.actor(author.id), { text: `post ${n}` })).id);
  const viewers: string[] = [];
  for (let n = 0; n < VIEWERS; n += 1)
    viewers.push(
      (
        await kit.identity.register(kit.system, {
          externalId: `bench:viewer:${n}`,
          handle: `bench_viewer_${n}`,
        })
      ).id,
    );

  let batch = 0;
  const send = async (): Promise<number> => {
    batch += 1;
    const at = Date.now();
    const { accepted } = await kit.track.impressions(kit.actor(viewers[batch % VIEWERS] ?? ''), {
      session: `visit-${batch}`,
      items: posts.map((postId) => ({ postId, at, ms: 1200, share: 1, surface: 'home' })),
    });
    return accepted;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  const began = performance.now();
  const until = began + options.seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      let accepted = 0;
      while (performance.now() < until) accepted += await send();
      return accepted;
    }),
  );
  const accepted = counts.reduce((sum, count) => sum + count, 0);
  const rate = accepted / ((performance.now() - began) / 1000);
  return [judged('D18', 'impressions taken in, batches of 50', rate, 'per second', atLeast(5000))];
}
