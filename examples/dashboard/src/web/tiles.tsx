import type { Dashboard } from '@socialkit/core';
import { Num } from './numbers.js';

const TITLES = {
  followers: 'Followers',
  posts: 'Posts',
  impressions: 'Impressions',
  reach: 'Reach',
  engagements: 'Engagements',
  engagementRate: 'Engagement rate',
} as const;

function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  const known = values.map((value) => value ?? 0);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const points = known.map(
    (value, at) =>
      `${(at / Math.max(1, known.length - 1)) * 120},${32 - ((value - low) / (high - low || 1)) * 28}`,
  );
  return (
    <svg viewBox="0 0 120 36" className="spark" aria-hidden="true" preserveAspectRatio="none">
      <polygon points={`0,36 ${points.join(' ')} 120,36`} />
      <polyline points={points.join(' ')} />
    </svg>
  );
}

/** The six numbers of the overview, each beside the span before. */
export const Tiles = ({ tiles }: { readonly tiles: Dashboard['overview']['tiles'] }) => (
  <section className="tiles" aria-label="Overview">
    {tiles.map(({ name, value, before, change, sparkline }) => {
      const format = name === 'engagementRate' ? 'percent' : 'whole';
      const way = change === null || change === 0 ? 'same' : change > 0 ? 'up' : 'down';
      return (
        <article key={name}>
          <h3>{TITLES[name]}</h3>
          <p className="big">
            <Num name={`tile.${name}`} value={value} format={format} />
          </p>
          <p className={`change ${way}`}>
            <span aria-hidden="true">{way === 'up' ? '▲' : way === 'down' ? '▼' : '●'}</span>
            <Num name={`tile.${name}.change`} value={change} format="change" />
            <span className="muted">
              from <Num name={`tile.${name}.before`} value={before} format={format} />
            </span>
          </p>
          <Sparkline values={sparkline} />
        </article>
      );
    })}
  </section>
);
