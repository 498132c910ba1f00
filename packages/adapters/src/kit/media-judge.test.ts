import { type Actor, createFakeClock, type FakeClock, type Id } from '@socialkit/core';
import {
  bankEntryOf,
  createBankDetector,
  createHashBank,
  createMediaReader,
  type Detector,
  type MediaJudgeOptions,
  PENDING_LABEL,
} from '@socialkit/moderation';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSharpPixels } from '../sharp/pixel-source.js';
import { drawPicture, frame } from '../sharp/sample-pictures.js';
import { createSocialKit, type SocialKit } from './index.js';

const reader = createMediaReader({ pixels: createSharpPixels() });
const files = new Map<string, Buffer>();
const HOUR = 3_600_000;

/** A service that scores a picture by its reference. */
const scores: Record<string, number> = {};
const service: Detector = {
  id: 'service',
  version: '1',
  categories: ['nsfw'],
  detect: ({ media }) => ({
    findings: media.map(({ ref }) => ({
      detector: 'service',
      version: '1',
      category: 'nsfw' as const,
      score: scores[ref] ?? 0,
      group: 'service',
      decisive: false,
      shadow: false,
      evidence: [
        { kind: 'region' as const, ref, box: { left: 0, top: 0, width: 1, height: 1 }, note: 'all' },
      ],
      contributions: [],
    })),
    missing: [],
  }),
};

beforeAll(async () => {
  for (const [at, name] of ['listed', 'harmless', 'bare', 'abuse'].entries())
    files.set(name, await drawPicture(50 + at, 160, 120));
  files.set('copy', await frame(files.get('listed')!, 0.05, '#ffffff'));
  Object.assign(scores, { bare: 0.7, harmless: 0.1, listed: 0, copy: 0 });
});

describe('pictures of posts in a kit', () => {
  let kit: SocialKit;
  let clock: FakeClock;
  let down: boolean;
  let source: MediaJudgeOptions['source'];
  afterEach(() => kit.close());
  beforeEach(async () => {
    clock = createFakeClock();
    down = false;
    source = {
      async open(ref) {
        if (down) throw new Error('the store of files is down');
        return files.get(ref) ?? null;
      },
    };
    const bankOf = async (mode: 'block' | 'child_safety', name: string) =>
      createHashBank({ id: mode, version: '1', mode }, [
        bankEntryOf(name, await reader.read(name, files.get(name)!)),
      ]);
    const banks = [await bankOf('block', 'listed'), await bankOf('child_safety', 'abuse')];
    kit = await createSocialKit({
      database: 'memory',
      clock,
      moderation: {
        review: { qualityShare: 0 },
        media: { source, reader, detectors: [createBankDetector(banks), service] },
      },
    });
  });

  let made = 0;
  const enroll = async (role?: string): Promise<{ readonly id: Id; readonly actor: Actor }> => {
    const handle = `viewer_${made++}`;
    const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
    if (role) await kit.identity.assignRole(kit.system, { userId: id, role });
    return { id, actor: (await kit.actorFor({ accountId: id })) ?? kit.actor(id) };
  };
  const postOf = async (author: { readonly actor: Actor }, ref: string) =>
    (await kit.posts.create(author.actor, { text: 'look', media: [{ ref, type: 'image' }] })).id;
  const seenBy = (viewer: { readonly actor: Actor }, postId: Id) => kit.posts.get(viewer.actor, { postId });

  it('are behind a warning until they were looked at, and then as they are', async () => {
    const [anna, ben] = [await enroll(), await enroll()];
    const id = await postOf(anna, 'harmless');
    expect((await seenBy(ben, id)).label).toBe(PENDING_LABEL);
    await kit.idle();
    expect((await seenBy(ben, id)).label).toBeNull();
  });

  it('stay behind the warning of the policy where a service says so', async () => {
    const [anna, ben] = [await enroll(), await enroll()];
    const id = await postOf(anna, 'bare');
    await kit.idle();
    expect((await seenBy(ben, id)).label).toBe('nsfw');
  });

  it('are taken down when a bank knows them, also in a frame', async () => {
    const [anna, ben] = [await enroll(), await enroll()];
    const id = await postOf(anna, 'copy');
    await kit.idle();
    await expect(seenBy(ben, id)).rejects.toMatchObject({ code: 'post.not_found' });
    expect((await seenBy(anna, id)).status).toBe('flagged');
  });

  it('are held for people, restricted, when child safety is at stake', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('admin')];
    const id = await postOf(anna, 'abuse');
    await kit.idle();
    await expect(seenBy(ben, id)).rejects.toMatchObject({ code: 'post.not_found' });
    const { claim } = await kit.moderation.cases.claim(moderator.actor, { queue: 'child-safety' });
    expect(claim?.case).toMatchObject({ subject: { kind: 'post', id }, category: 'child_safety' });
    // What a person finds harmless is there again.
    await kit.moderation.cases.decide(moderator.actor, {
      caseId: claim!.case.id,
      token: claim!.token,
      verdict: { decision: 'approve', reason: 'a mistake of the list' },
    });
    await kit.idle();
    expect((await seenBy(ben, id)).status).toBe('published');
  });

  it('are looked at again after an edit', async () => {
    const [anna, ben] = [await enroll(), await enroll()];
    const id = await postOf(anna, 'harmless');
    await kit.idle();
    await kit.posts.edit(anna.actor, { postId: id, media: [{ ref: 'copy', type: 'image' }] });
    await kit.idle();
    await expect(seenBy(ben, id)).rejects.toMatchObject({ code: 'post.not_found' });
  });

  it('are decided by the fail policy at the deadline while the files cannot be read', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('admin')];
    down = true;
    const id = await postOf(anna, 'harmless');
    for (let minutes = 0; minutes < 30; minutes += 5) {
      clock.advance(HOUR / 12);
      await kit.idle().catch(() => {});
    }
    // There is a bank of child safety, and it could not look: closed, whatever the policy says.
    await expect(seenBy(ben, id)).rejects.toMatchObject({ code: 'post.not_found' });
    const { items } = await kit.moderation.cases.list(moderator.actor, { queue: 'unjudged' });
    expect(items).toMatchObject([{ subject: { id } }]);
  });
});
