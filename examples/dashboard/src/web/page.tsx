import type { Dashboard } from '@socialkit/core';
import { useEffect, useState } from 'react';
import { downloadExport, fetchDashboard } from './api.js';
import { AudiencePanels } from './audience.js';
import { ContentPanels } from './content.js';
import { Label, Num } from './numbers.js';
import { OverTime } from './over-time.js';
import { Tiles } from './tiles.js';

const wanted = new URLSearchParams(location.search);
/** The zone of who looks, unless the address names one. */
const ZONE = wanted.get('zone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const SPANS = [7, 30, 90] as const;

function Recommendations({ dashboard }: { readonly dashboard: Dashboard }) {
  if (dashboard.recommendations.length === 0) return null;
  return (
    <section className="advice" aria-label="Recommendations">
      <h2>What the numbers suggest</h2>
      <ul>
        {dashboard.recommendations.map(({ kind, text, n }) => (
          <li key={kind}>
            <strong>
              <Label>{text.replace(/: n = \d+$/, '').replace(/^./, (first) => first.toUpperCase())}</Label>
            </strong>
            <span>
              from <Num name={`recommendation.${kind}.n`} value={n} /> posts
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The dashboard of whoever is signed in. */
export function Page() {
  const [days, setDays] = useState<number>(Number(wanted.get('days') ?? 30));
  const [dashboard, setDashboard] = useState<Dashboard | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    setProblem(null);
    fetchDashboard(ZONE, days).then(
      (said) => current && setDashboard(said),
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [days]);
  const save = (format: 'csv' | 'json') =>
    downloadExport(ZONE, days, format).catch((error: Error) => setProblem(error.message));
  return (
    <>
      <header className="top">
        <div>
          <p className="eyebrow">socialkit analytics</p>
          <h1>Creator dashboard</h1>
          {dashboard && (
            <p className="muted">
              <Label>
                {dashboard.engagement.byDay.dates[0]} to {dashboard.engagement.byDay.dates.at(-1)}, {ZONE}
              </Label>
            </p>
          )}
        </div>
        <div className="controls">
          <fieldset>
            <legend className="unseen">Span</legend>
            {SPANS.map((span) => (
              <button key={span} type="button" aria-pressed={span === days} onClick={() => setDays(span)}>
                <Label>{span} days</Label>
              </button>
            ))}
          </fieldset>
          <fieldset>
            <legend className="unseen">Export</legend>
            <button type="button" onClick={() => save('csv')}>
              CSV
            </button>
            <button type="button" onClick={() => save('json')}>
              JSON
            </button>
          </fieldset>
        </div>
      </header>
      {problem && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <main aria-busy={dashboard === null && problem === null} data-ready={dashboard !== null}>
        {dashboard && (
          <>
            <Tiles tiles={dashboard.overview.tiles} />
            <Recommendations dashboard={dashboard} />
            <div className="grid">
              <OverTime dashboard={dashboard} />
              <ContentPanels content={dashboard.content} />
              <AudiencePanels dashboard={dashboard} />
            </div>
          </>
        )}
      </main>
      {dashboard && (
        <footer>
          <details>
            <summary>
              Definitions, version <Label>{dashboard.definitionsVersion}</Label>
            </summary>
            <dl>
              {Object.entries(dashboard.definitions).map(([name, text]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <Label>{text}</Label>
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        </footer>
      )}
    </>
  );
}
