import type { Dashboard, Series } from '@socialkit/core';
import { ByHour } from './by-hour.js';
import { type Stroke, TimeSeries } from './charts/time-series.js';
import { Num } from './numbers.js';
import { Panel, type TableOf } from './panel.js';

const ACTIVITY: readonly Stroke[] = [
  { name: 'impressions', color: '--blue', fill: true },
  { name: 'reach', color: '--purple', dash: [6, 4] },
];
const ENGAGEMENT: readonly Stroke[] = [
  { name: 'engagements', color: '--green', bars: true },
  { name: 'engagements, 7-day mean', color: '--orange' },
];
const FOLLOWERS: readonly Stroke[] = [
  { name: 'gains', color: '--green', bars: true },
  { name: 'losses', color: '--orange', bars: true, negative: true },
  { name: 'net', color: '--ink', dash: [4, 3] },
];
const TOTAL: readonly Stroke[] = [{ name: 'total', color: '--blue', fill: true }];

function tableOf(series: Series, prefix: string, names: readonly string[]): TableOf {
  const shown = names.flatMap((name) => series.series.find((one) => one.name === name) ?? []);
  return {
    columns: ['Day', ...shown.map(({ name }) => name)],
    rows: series.dates.map((date, at) => [
      date,
      ...shown.map(({ name, values }) => ({
        name: `${prefix}.${date}.${name}`,
        value: values[at] ?? null,
        format: name.includes('mean') ? ('decimal' as const) : ('whole' as const),
      })),
    ]),
  };
}

/** What happened day by day. */
export function OverTime({ dashboard }: { readonly dashboard: Dashboard }) {
  const { byDay, totals } = dashboard.engagement;
  const { followers } = dashboard.audience;
  return (
    <>
      <Panel
        wide
        title="Impressions and reach"
        summary={
          <>
            <Num name="engagement.impressions" value={totals.impressions} /> views by{' '}
            <Num name="engagement.reach" value={totals.reach} /> people, each{' '}
            <Num name="engagement.frequency" value={totals.frequency} format="decimal" /> times on average.
            Days without any stand as zero.
          </>
        }
        table={tableOf(byDay, 'day', ['impressions', 'reach'])}
      >
        <TimeSeries series={byDay} strokes={ACTIVITY} title="Impressions and reach" />
      </Panel>
      <Panel
        title="Engagements"
        summary={
          <>
            <Num name="engagement.engagements" value={totals.engagements} /> by{' '}
            <Num name="engagement.engaged" value={totals.engaged} /> people
          </>
        }
        table={tableOf(byDay, 'day', ['engagements', 'engagements, 7-day mean'])}
      >
        <TimeSeries series={byDay} strokes={ENGAGEMENT} title="Engagements" />
      </Panel>
      <ByHour dashboard={dashboard} />
      <Panel
        wide
        title="Follower growth"
        summary={
          <>
            <Num name="followers.gains" value={followers.gains} /> came,{' '}
            <Num name="followers.losses" value={followers.losses} /> left:{' '}
            <Num name="followers.net" value={followers.net} /> net, to{' '}
            <Num name="followers.end" value={followers.end} />
          </>
        }
        table={tableOf(followers.byDay, 'followers', ['gains', 'losses', 'net', 'total'])}
      >
        <div className="pair">
          <div>
            <TimeSeries series={followers.byDay} strokes={FOLLOWERS} title="Followers gained and lost" />
          </div>
          <div>
            <TimeSeries series={followers.byDay} strokes={TOTAL} title="Followers in all" />
          </div>
        </div>
      </Panel>
    </>
  );
}
