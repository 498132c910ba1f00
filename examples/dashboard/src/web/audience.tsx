import type { Audience, Dashboard } from '@socialkit/core';
import { type Bar, Bars, Mirror } from './charts/bars.js';
import { Label, Num } from './numbers.js';
import { Panel } from './panel.js';

const SIDES = [
  { name: 'female', color: '--purple' },
  { name: 'male', color: '--blue' },
] as const;
const DEPTHS = ['Directly', 'One share', 'Two shares', 'More'] as const;

type Split = Audience['splits']['place'];
const splitBars = (name: string, split: Split): Bar[] =>
  split.cells
    .slice(0, 10)
    .map((cell) => ({ label: cell.name, name: `${name}.${cell.name}.chart`, value: cell.count }));
const splitTable = (name: string, split: Split) => ({
  columns: ['Cell', 'people'],
  rows: [
    ...split.cells.map((cell) =>
      cell.count === null
        ? [cell.name, 'under 10']
        : [cell.name, { name: `${name}.${cell.name}`, value: cell.count }],
    ),
    ...(split.other ? [['Others', 'hidden']] : []),
  ],
});

function AgeByGender({ splits }: { readonly splits: Audience['splits'] }) {
  const countOf = (cell: string) => splits.ageByGender.cells.find(({ name }) => name === cell)?.count ?? null;
  const bands = splits.age.cells.map(({ name: band }) => ({
    band,
    values: SIDES.map(({ name }) => countOf(`${band}|${name}`)),
  }));
  return (
    <Panel
      title="Age and gender"
      summary={
        <>
          Of <Num name="audience.sample" value={splits.sample} /> followers. Hatched: under <Label>10</Label>{' '}
          people, or hidden with them.
        </>
      }
      table={{
        columns: ['Age', ...SIDES.map(({ name }) => name)],
        rows: bands.map(({ band, values }) => [
          band,
          ...values.map((value, side) =>
            value === null ? 'under 10' : { name: `ageByGender.${band}|${SIDES[side]?.name}`, value },
          ),
        ]),
      }}
    >
      <Mirror bands={bands} sides={SIDES} title="Followers by age and gender" />
    </Panel>
  );
}

function Funnel({ funnel }: { readonly funnel: Dashboard['engagement']['funnel'] }) {
  const bars: Bar[] = [
    { label: 'Impressions', name: 'funnel.impressions.chart', value: funnel.impressions },
    { label: 'Profile', name: 'funnel.profileClicks.chart', value: funnel.profileClicks },
    { label: 'Follows', name: 'funnel.follows.chart', value: funnel.follows },
  ];
  return (
    <Panel
      title="From view to follow"
      summary={
        <>
          <Num name="funnel.profileClickRate" value={funnel.profileClickRate} format="percent" /> of views
          open the profile; <Num name="funnel.followRate" value={funnel.followRate} format="decimal" />{' '}
          follows for each opening
        </>
      }
      table={{
        columns: ['Step', 'count'],
        rows: bars.map(({ label, name, value }) => [label, { name: name.replace('.chart', ''), value }]),
      }}
    >
      <Bars bars={bars} title="Impressions, profile clicks and follows" color="--blue" />
    </Panel>
  );
}

/** Who the audience is, and what it does. */
export function AudiencePanels({ dashboard }: { readonly dashboard: Dashboard }) {
  const { audience, engagement } = dashboard;
  const { virality, splits } = audience;
  return (
    <>
      <AgeByGender splits={splits} />
      <Panel title="Places" summary="Where followers say they are." table={splitTable('place', splits.place)}>
        <Bars bars={splitBars('place', splits.place)} title="Followers by place" color="--green" />
      </Panel>
      <Funnel funnel={engagement.funnel} />
      <Panel
        title="Virality"
        summary={
          <>
            <Num name="virality.amplification" value={virality.amplification} format="percent" /> as many
            people came through shares as directly. R ={' '}
            <Num name="virality.reproduction" value={virality.reproduction.value} format="decimal" />, n ={' '}
            <Num name="virality.n" value={virality.reproduction.n} />
          </>
        }
        table={{
          columns: ['Came', 'people'],
          rows: virality.reachByDepth.map((value, depth) => [
            DEPTHS[depth] ?? '',
            { name: `depth.${depth}`, value },
          ]),
        }}
      >
        <Bars
          bars={virality.reachByDepth.map((value, depth) => ({
            label: DEPTHS[depth] ?? '',
            name: `depth.${depth}.chart`,
            value,
          }))}
          title="Reach by the number of shares on the way"
          color="--purple"
        />
      </Panel>
      <Panel
        title="Most active followers"
        summary="By their engagements in the span."
        table={{
          columns: ['Follower', 'engagements'],
          rows: audience.mostActive.map(({ account, engagements }) => [
            `@${account.handle}`,
            { name: `fan.${account.id}`, value: engagements },
          ]),
        }}
      >
        <Bars
          bars={audience.mostActive.slice(0, 8).map(({ account, engagements }) => ({
            label: `@${account.handle}`,
            name: `fan.${account.id}.chart`,
            value: engagements,
          }))}
          title="Most active followers"
          color="--orange"
        />
      </Panel>
    </>
  );
}
