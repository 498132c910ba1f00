import type { ContentPerformance } from '@socialkit/core';
import { useState } from 'react';
import { Bars } from './charts/bars.js';
import { Dots } from './charts/dots.js';
import { HeatMap, WEEKDAYS } from './charts/heat-map.js';
import { Label, Num } from './numbers.js';
import { Panel } from './panel.js';

const SORTS = ['engagements', 'impressions', 'reach', 'rate'] as const;
type Sort = (typeof SORTS)[number];

function TopPosts({ posts }: { readonly posts: ContentPerformance['topPosts'] }) {
  const [sort, setSort] = useState<Sort>('engagements');
  const sorted = [...posts].sort((a, b) => (b[sort] ?? 0) - (a[sort] ?? 0));
  const most = Math.max(...posts.map((post) => post[sort] ?? 0), 0.0001);
  return (
    <section className="panel wide" aria-label="Top posts">
      <header>
        <h2>Top posts</h2>
        <p>Sorted by {sort}. A heading sorts by its column.</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="table" tabIndex={0} aria-label="Top posts">
        <table className="posts">
          <thead>
            <tr>
              <th scope="col">Post</th>
              {SORTS.map((name) => (
                <th key={name} scope="col" aria-sort={name === sort ? 'descending' : 'none'}>
                  <button type="button" onClick={() => setSort(name)}>
                    {name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((post) => (
              <tr key={post.postId}>
                <th scope="row">
                  <Label>{post.text ?? 'not for you'}</Label>
                  <small>
                    <Label>
                      {post.type}, {new Date(post.publishedAt).toISOString().slice(0, 10)}
                    </Label>
                  </small>
                  <span
                    className="bar"
                    style={{ width: `${((post[sort] ?? 0) / most) * 100}%` }}
                    aria-hidden="true"
                  />
                </th>
                {SORTS.map((name) => (
                  <td key={name} className="number">
                    <Num
                      name={`top.${post.postId}.${name}`}
                      value={post[name]}
                      format={name === 'rate' ? 'percent' : 'whole'}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

const groupRow = (
  prefix: string,
  label: string,
  group: ContentPerformance['byType'][number] | ContentPerformance['byHashtag'][number],
) => [
  label,
  { name: `${prefix}.posts`, value: group.posts },
  { name: `${prefix}.engagements`, value: group.engagements },
  { name: `${prefix}.median`, value: group.medianEngagements, format: 'decimal' as const },
  { name: `${prefix}.pooled`, value: group.rate.pooled, format: 'percent' as const },
  { name: `${prefix}.mean`, value: group.rate.meanOfPosts, format: 'percent' as const },
];
const GROUP_COLUMNS = [
  'Group',
  'posts',
  'engagements',
  'median engagements',
  'rate, pooled',
  'rate, mean of posts',
];

/** How posts do: when, what kind, with which words. */
export function ContentPanels({ content }: { readonly content: ContentPerformance }) {
  const { bestTimes, byType, byHashtag, engagementRate } = content;
  return (
    <>
      <Panel
        wide
        title="Best posting times"
        summary={
          <>
            Mean engagements by hour of the week, from <Num name="bestTimes.n" value={bestTimes.n} /> posts;
            the number in a cell is how many. Hatched: too few to say.
          </>
        }
        table={{
          columns: ['Hour', 'posts', 'mean engagements', 'shrunk', 'low', 'high'],
          rows: bestTimes.cells.map((cell) => {
            const name = `bestTimes.${cell.weekday}.${cell.hour}`;
            return [
              `${WEEKDAYS[cell.weekday]} ${String(cell.hour).padStart(2, '0')}:00`,
              { name: `${name}.n`, value: cell.n },
              ...(['mean', 'shrunk', 'low', 'high'] as const).map((column) => ({
                name: `${name}.${column}`,
                value: cell[column],
                format: 'decimal' as const,
              })),
            ];
          }),
        }}
      >
        <HeatMap cells={bestTimes.cells} title="Mean engagements by weekday and hour" />
      </Panel>
      <Panel
        title="Content types"
        summary={
          <>
            Engagement rate by reach: pooled{' '}
            <Num name="rate.pooled" value={engagementRate.byReach.pooled} format="percent" />, mean of posts{' '}
            <Num name="rate.mean" value={engagementRate.byReach.meanOfPosts} format="percent" />, median{' '}
            <Num name="rate.median" value={engagementRate.byReach.median} format="percent" />
          </>
        }
        table={{
          columns: GROUP_COLUMNS,
          rows: byType.map((group) => groupRow(`type.${group.type}`, group.type, group)),
        }}
      >
        <Bars
          title="Engagement rate by content type, with its interval"
          color="--orange"
          format="percent"
          bars={byType.map(({ type, rate, low, high }) => ({
            label: type,
            name: `type.${type}.mean.chart`,
            value: rate.meanOfPosts,
            low,
            high,
          }))}
        />
      </Panel>
      <Panel
        title="Hashtags"
        summary="How often a hashtag was used, against how its posts do."
        table={{
          columns: GROUP_COLUMNS,
          rows: byHashtag.map((group) => groupRow(`tag.${group.tag}`, `#${group.tag}`, group)),
        }}
      >
        <Dots
          title="Hashtags by uses and engagement rate"
          dots={byHashtag.map(({ tag, posts, rate }) => ({ tag, posts, rate: rate.pooled }))}
        />
      </Panel>
      <TopPosts posts={content.topPosts} />
    </>
  );
}
