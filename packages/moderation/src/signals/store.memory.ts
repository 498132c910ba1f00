import type { Id, MemorySession, MemoryTables } from '@socialkit/core';
import { NEW_DOMAIN_MS } from '../detectors/spam/post-history.js';
import { distanceOf, NEAR } from '../detectors/spam/simhash.js';
import type { KeptModel, KeptText, SignalStores } from './store.js';

const HOUR = 3_600_000;

interface DomainSeen {
  readonly domain: string;
  readonly firstAt: number;
  readonly lastAt: number;
}
const texts = (tables: MemoryTables) => tables.table<KeptText>('posted_texts');
const domains = (tables: MemoryTables) => tables.table<DomainSeen>('posted_domains');
const taken = (tables: MemoryTables) =>
  tables.table<{ readonly id: Id; readonly at: number }>('automatic_removals');
const models = (tables: MemoryTables) => tables.table<KeptModel & { readonly name: string }>('spam_models');
const modelKey = (name: string, version: number): string => `${name} ${version}`;

/** The reference stores of signals. */
export function createMemorySignals(session: MemorySession): SignalStores {
  const named = (name: string) =>
    session.run((tables) =>
      [...models(tables).rows()].filter((row) => row.name === name).sort((a, b) => a.version - b.version),
    );
  return {
    postings: {
      beside: (text, { fastMs, slowMs, copiesMs }) =>
        session.run((tables) => {
          const kept = [...texts(tables).rows()].filter(
            ({ id, at }) => id !== text.id && at >= text.at - copiesMs && at <= text.at,
          );
          const own = kept.filter(({ authorId }) => authorId === text.authorId);
          const near = kept.filter(
            ({ simhash }) =>
              simhash !== null && text.simhash !== null && distanceOf(simhash, text.simhash) <= NEAR,
          );
          const others = near.filter(({ authorId }) => authorId !== text.authorId);
          return {
            authorTexts: own.length,
            inFastWindow: own.filter(({ at }) => at > text.at - fastMs).length + 1,
            inSlowWindow: own.filter(({ at }) => at > text.at - slowMs).length + 1,
            ownCopies: near.length - others.length,
            othersCopies: others.length,
            otherAuthors: new Set(others.map(({ authorId }) => authorId)).size,
            newDomains: [...new Set(text.domains)].filter(
              (domain) => (domains(tables).get(domain)?.firstAt ?? text.at) > text.at - NEW_DOMAIN_MS,
            ).length,
          };
        }),
      insert: (text) =>
        session.run((tables) => {
          texts(tables).put(text.id, structuredClone(text));
          for (const domain of text.domains ?? []) {
            const firstAt = domains(tables).get(domain)?.firstAt ?? text.at;
            domains(tables).put(domain, { domain, firstAt, lastAt: text.at });
          }
        }),
      forget: (before, limit) =>
        session.run((tables) => {
          const old = [...texts(tables).rows()].filter(({ at }) => at < before).slice(0, limit);
          for (const { id } of old) texts(tables).remove(id);
          return old.length;
        }),
      forgetDomains: (before, limit) =>
        session.run((tables) => {
          const old = [...domains(tables).rows()].filter(({ lastAt }) => lastAt < before).slice(0, limit);
          for (const { domain } of old) domains(tables).remove(domain);
          return old.length;
        }),
    },
    removals: {
      take: (id, now, perHour) =>
        session.run((tables) => {
          const rows = [...taken(tables).rows()];
          for (const row of rows) if (row.at <= now - HOUR) taken(tables).remove(row.id);
          if (rows.filter(({ at }) => at > now - HOUR).length >= perHour) return false;
          taken(tables).put(id, { id, at: now });
          return true;
        }),
    },
    spamModels: {
      async load(name, version) {
        const rows = await named(name);
        const found = version === undefined ? rows.at(-1) : rows.find((row) => row.version === version);
        return found ? { version: found.version, state: found.state.slice() } : null;
      },
      versions: async (name) => (await named(name)).map(({ version }) => version),
      // A memory transaction is alone.
      lock: async () => {},
      save: async (name, { version, state }, keep) => {
        await session.run((tables) =>
          models(tables).put(modelKey(name, version), { name, version, state: state.slice() }),
        );
        const rows = await named(name);
        await session.run((tables) => {
          for (const row of rows.slice(0, -keep)) models(tables).remove(modelKey(name, row.version));
        });
      },
    },
  };
}
