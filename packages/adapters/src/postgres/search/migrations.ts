import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Text search configurations by the first part of a BCP 47 tag; other languages are taken word by word. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  ne: 'nepali',
  nl: 'dutch',
  no: 'norwegian',
  nb: 'norwegian',
  nn: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};
const NAMES = [...new Set(Object.values(CONFIGURATIONS))];

/** What `searchKey` of the core cuts at, spelled so that no locale changes it. */
const SEPARATORS = '[\\s!-/:-@\\[-`{-~]+';

/** Functions and indexes of the search. Functions stand alone, so that a dump can be restored in any order. */
export const searchMigrations: Readonly<Record<string, Migration>> = {
  '0160_search': {
    async up(db) {
      await sql`
        CREATE FUNCTION socialkit_search_key(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT regexp_replace(lower(normalize(given, NFKC)), ${sql.lit(SEPARATORS)}, ' ', 'g') $$`.execute(
        db,
      );
      // Three characters at a time of each word with two spaces before it, as gramsOf of the core makes them.
      await sql`
        CREATE FUNCTION socialkit_search_grams(given text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT coalesce(array_agg(DISTINCT substr('  ' || w.word, n, 3)), '{}')
           FROM regexp_split_to_table(lower(normalize(given, NFKC)), ${sql.lit(SEPARATORS)}) AS w (word)
           CROSS JOIN LATERAL generate_series(1, length(w.word)) AS n
           WHERE w.word <> '' $$`.execute(db);
      // Without a list of pending entries, which every search would read from end to end.
      await sql`
        CREATE INDEX accounts_search ON accounts
        USING gin (socialkit_search_grams(handle || ' ' || display_name)) WITH (fastupdate = off)`.execute(
        db,
      );
      await sql`CREATE INDEX hashtags_search ON hashtags (tag COLLATE "C") WHERE post_count > 0`.execute(db);

      // A server may have been built without some language: its posts are then taken word by word.
      const { rows } = await sql<{ name: string }>`
        SELECT cfgname AS name FROM pg_catalog.pg_ts_config WHERE cfgname = ANY(${NAMES}::text[])`.execute(
        db,
      );
      const known = new Set(rows.map(({ name }) => name));
      const languages = Object.entries(CONFIGURATIONS).filter(([, name]) => known.has(name));
      const cases = languages.map(
        ([language, name]) => sql`WHEN ${sql.lit(language)} THEN ${sql.lit(`pg_catalog.${name}`)}::regconfig`,
      );
      await sql`
        CREATE FUNCTION socialkit_text_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT CASE split_part(lower(coalesce(language, '')), '-', 1)
           ${cases.length > 0 ? sql.join(cases, sql` `) : sql`WHEN NULL THEN 'pg_catalog.simple'::regconfig`}
           ELSE 'pg_catalog.simple'::regconfig END $$`.execute(db);
      // The words in any of the forms a language gives them: what the index is asked, before each post is asked in its own.
      const forms = ['simple', ...[...known].sort()].map(
        (name) => sql`plainto_tsquery(${sql.lit(`pg_catalog.${name}`)}::regconfig, words)`,
      );
      await sql`
        CREATE FUNCTION socialkit_any_form(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
        $$ SELECT ${sql.join(forms, sql` || `)} $$`.execute(db);
      await sql`
        CREATE INDEX posts_search ON posts
        USING gin (to_tsvector(socialkit_text_config(language), socialkit_search_key(text))) WITH (fastupdate = off)
        WHERE status = 'published' AND repost_of_id IS NULL`.execute(db);
    },
  },
};
