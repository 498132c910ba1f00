import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import type { ReportStores } from './store.js';
import { sampleReport } from './suite-samples.js';
import { type Report, unknownReporter } from './types.js';

const SUBJECT = { kind: 'post', id: '12' } as const;

/** The contracts of `ReportReader`, `ReportWriter`, `ReporterReader` and `ReporterWriter`. */
export function reportsSuite(backend: ModerationSuiteBackend): void {
  describe(`reports: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const write = <T>(work: (stores: ReportStores) => Promise<T>, handle = open.a) =>
      handle.unitOfWork.transact((stores) => work(stores));
    const find = async (id: Id) => (await open.b.readers.reports.byIds([id])).get(id);
    const make = async (overrides: Partial<Report> = {}): Promise<Report> => {
      const report = sampleReport(open.ids.next(), overrides);
      expect(await write(({ reports }) => reports.insert(report))).toBe(true);
      return report;
    };
    const ids = (reports: readonly Report[]) => reports.map(({ id }) => id);

    it('knows nothing of what was never reported', async () => {
      const { reports, reporters } = open.b.readers;
      expect(await reports.byIds([])).toEqual(new Map());
      expect(await reports.byIds(['5'])).toEqual(new Map());
      expect(await reports.ofReporter('5', { before: null, limit: 5 })).toEqual([]);
      expect(await reports.ofCase('5', { after: null, limit: 5 })).toEqual([]);
      expect(await reports.reasonsOf('5')).toEqual([]);
      expect(await reports.openOf(SUBJECT, 5)).toEqual([]);
      expect(await reports.latest('5', SUBJECT)).toBeNull();
      expect(await reports.hasReported('5', SUBJECT)).toBe(false);
      expect(await reports.upheldAgainst('7')).toBe(0);
      expect(await reporters.byIds(['5'])).toEqual(new Map([['5', unknownReporter('5')]]));
      expect(await reporters.byIds([])).toEqual(new Map());
      await write(async (stores) => {
        await stores.reports.attach('5', '6', '7');
        await stores.reports.reattach('5', '6');
        expect(await stores.reports.settle('5', 'upheld', 1, 5)).toEqual([]);
        expect(await stores.reports.settleOne('5', 'upheld', 1)).toBeNull();
      });
    });

    it('gives back what was written, whatever was in it', async () => {
      const report = await make({
        subject: { kind: 'message', id: '44:7' },
        note: `żółw 🐢 \n "quoted" \\ ' %_ ${'語'.repeat(900)}`,
        weight: 0.1 + 0.2,
        trusted: true,
        muted: true,
        young: true,
        at: 1_767_268_800_123,
      });
      expect(await find(report.id)).toEqual(report);
    });

    it('has one open report of a subject and reporter', async () => {
      const first = await make();
      const again = () => write(({ reports }) => reports.insert(sampleReport(open.ids.next())));
      expect(await again()).toBe(false);
      await make({ reporterId: '6' });
      await make({ subject: { kind: 'comment', id: '12' } });
      expect((await open.b.readers.reports.latest('5', SUBJECT))?.id).toBe(first.id);
      await write(({ reports }) => reports.settleOne(first.id, 'declined', 9));
      expect(await again()).toBe(true);
      expect((await open.b.readers.reports.latest('5', SUBJECT))?.state).toBe('open');
      expect(await open.b.readers.reports.hasReported('5', SUBJECT)).toBe(true);
      expect(await open.b.readers.reports.hasReported('8', SUBJECT)).toBe(false);
    });

    it('lists in pages while reports are made', async () => {
      const mine = [await make(), await make({ subject: { kind: 'post', id: '13' } })];
      const other = await make({ reporterId: '6', reason: 'harassment.hate' });
      const { reports } = open.b.readers;
      expect(ids(await reports.ofReporter('5', { before: null, limit: 5 }))).toEqual([
        mine[1]?.id,
        mine[0]?.id,
      ]);
      expect(ids(await reports.ofReporter('5', { before: mine[1]?.id ?? null, limit: 5 }))).toEqual([
        mine[0]?.id,
      ]);
      expect(ids(await reports.openOf(SUBJECT, 5))).toEqual([mine[0]?.id, other.id]);
      await write(async (stores) => {
        for (const { id } of [...mine, other]) await stores.reports.attach(id, '70', other.id);
      });
      expect(ids(await reports.ofCase('70', { after: null, limit: 2 }))).toEqual(ids(mine));
      expect(ids(await reports.ofCase('70', { after: mine[1]?.id ?? null, limit: 2 }))).toEqual([other.id]);
      expect(await find(other.id)).toMatchObject({ caseId: '70', crowd: other.id });
      expect(await reports.reasonsOf('70')).toEqual([
        { reason: 'misleading.spam', count: 2 },
        { reason: 'harassment.hate', count: 1 },
      ]);
    });

    it('decides the open reports of a case, a bounded number at a time', async () => {
      const all = [await make(), await make({ reporterId: '6' }), await make({ reporterId: '8' })];
      await write(async ({ reports }) => {
        for (const { id } of all) await reports.attach(id, '70', id);
        await reports.reattach('70', '71');
      });
      const settle = (limit: number) => write(({ reports }) => reports.settle('71', 'upheld', 50, limit));
      const first = await settle(2);
      expect(first.map(({ id, state, decidedAt }) => [id, state, decidedAt])).toEqual(
        all.slice(0, 2).map(({ id }) => [id, 'upheld', 50]),
      );
      expect(ids(await settle(2))).toEqual([all[2]?.id]);
      expect(await settle(2)).toEqual([]);
      await write(({ reports }) => reports.attach(all[0]?.id ?? '', '99', '99'));
      expect(await find(all[0]?.id ?? '')).toMatchObject({ caseId: '71', state: 'upheld' });
      expect(await open.b.readers.reports.upheldAgainst('7')).toBe(1);
      const other = await make({ subject: { kind: 'comment', id: '3' } });
      expect(await write(({ reports }) => reports.settleOne(other.id, 'upheld', 60))).toMatchObject({
        state: 'upheld',
        decidedAt: 60,
      });
      expect(await write(({ reports }) => reports.settleOne(other.id, 'moot', 61))).toBeNull();
      expect(await open.b.readers.reports.upheldAgainst('7')).toBe(2);
    });

    it('counts what became of an account’s reports, and keeps trust and mutes beside it', async () => {
      await write(({ reporters }) =>
        reporters.count([
          { reporterId: '5', state: 'upheld' },
          { reporterId: '5', state: 'declined' },
          { reporterId: '6', state: 'declined' },
          { reporterId: '5', state: 'upheld' },
        ]),
      );
      await write(async ({ reporters }) => {
        await reporters.setTrusted('5', true);
        await reporters.mute('6', 900);
        await reporters.mute('8', 900);
        await reporters.mute('8', null);
      });
      const found = await open.b.readers.reporters.byIds(['5', '6', '8']);
      expect([...found.values()]).toEqual([
        { reporterId: '5', upheld: 2, declined: 1, trusted: true, mutedUntil: null },
        { reporterId: '6', upheld: 0, declined: 1, trusted: false, mutedUntil: 900 },
        unknownReporter('8'),
      ]);
    });

    it('undoes everything of a unit of work that fails', async () => {
      const kept = await make();
      const gone = sampleReport(open.ids.next(), { reporterId: '9' });
      await expect(
        write(async ({ reports, reporters }) => {
          await reports.insert(gone);
          await reports.settleOne(kept.id, 'upheld', 1);
          await reporters.count([{ reporterId: '5', state: 'upheld' }]);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await find(gone.id)).toBeUndefined();
      expect(await find(kept.id)).toEqual(kept);
      expect((await open.b.readers.reporters.byIds(['5'])).get('5')).toEqual(unknownReporter('5'));
    });

    it.skipIf(!backend.concurrent)(
      'keeps one of twenty equal reports, and counts every outcome',
      async () => {
        const made = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            write(
              async ({ reports, reporters }) => {
                await reporters.count([{ reporterId: n % 2 ? '5' : '6', state: 'upheld' }]);
                return reports.insert(sampleReport(open.ids.next()));
              },
              n % 2 ? open.a : open.b,
            ),
          ),
        );
        expect(made.filter(Boolean)).toHaveLength(1);
        const found = await open.b.readers.reporters.byIds(['5', '6']);
        expect([...found.values()].map(({ upheld }) => upheld)).toEqual([10, 10]);
      },
    );
  });
}
