import type { Dashboard } from '@socialkit/core';
import { Hours } from './charts/bars.js';
import { Label } from './numbers.js';
import { Panel } from './panel.js';

/** When people engage. */
export function ByHour({ dashboard }: { readonly dashboard: Dashboard }) {
  const { audience } = dashboard;
  return (
    <Panel
      title="Engagement by hour"
      summary={
        <>
          When people engage, <Label>{dashboard.engagement.span.zone}</Label>
        </>
      }
      table={{
        columns: ['Hour', 'engagements', 'impressions'],
        rows: audience.engagementByHour.map(({ hour, engagements, impressions }) => [
          `${String(hour).padStart(2, '0')}:00`,
          { name: `hour.${hour}.engagements`, value: engagements },
          { name: `hour.${hour}.impressions`, value: impressions },
        ]),
      }}
    >
      <Hours hours={audience.engagementByHour} title="Engagements by hour of the day" />
    </Panel>
  );
}
