import { NOBODY, type Surface } from './surfaces-accounts.js';

const MISSING = { error: 'case.not_found' };

/** Reads of reports and cases. Nobody reports in these worlds, and nothing waits for a person by itself: there is nothing to see. */
export const reviewSurfaces: Readonly<Record<string, Surface>> = {
  'reports.mine': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.moderation.reports.mine(look.actor, page),
      ({ id }) => id,
    );
    look.same({}, said, []);
  },
  'reports.reasons': async (look) => {
    const said = await look.ask(
      () => look.kit.moderation.reports.reasons(look.actor, {}),
      ({ items }) => items.length === new Set(items.map(({ id }) => id)).size && items.length > 0,
    );
    look.same({}, said, true);
  },
  'reports.ofCase': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.moderation.reports.ofCase(look.actor, { caseId: NOBODY, ...page }),
      ({ id }) => id,
    );
    look.same({}, said, MISSING);
  },
  'cases.list': async (look) => {
    const said = await look.walk(
      {},
      (page) =>
        look.kit.moderation.cases.list(look.actor, { states: ['open', 'escalated', 'decided'], ...page }),
      ({ id }) => id,
    );
    look.same({}, said, []);
  },
  'cases.get': async (look) => {
    const said = await look.ask(
      () => look.kit.moderation.cases.get(look.actor, { caseId: NOBODY }),
      ({ id }) => id,
    );
    look.same({}, said, MISSING);
  },
  'cases.near': async (look) => {
    const said = await look.ask(
      () => look.kit.moderation.cases.near(look.actor, { caseId: NOBODY }),
      ({ items }) => items.length,
    );
    look.same({}, said, MISSING);
  },
  'cases.stats': async (look) => {
    const said = await look.ask(
      () => look.kit.moderation.cases.stats(look.actor, {}),
      (stats) => stats,
    );
    look.same({}, said, { queues: [], overturned: [] });
  },
};
