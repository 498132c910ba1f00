import type { Series } from '@socialkit/core';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { Label } from '../numbers.js';

/** How a line looks. Dashes tell lines apart where colours do not. */
export interface Stroke {
  readonly name: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly fill?: boolean;
  readonly bars?: boolean;
  /** Drawn below zero. */
  readonly negative?: boolean;
}

const HEIGHT = 240;
const css = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Lines or bars over days. The arrow keys walk along the days, and say what stands there. */
export function TimeSeries({
  series,
  strokes,
  title,
}: {
  readonly series: Series;
  readonly strokes: readonly Stroke[];
  readonly title: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const [at, setAt] = useState<number | null>(null);
  const valuesOf = (stroke: Stroke) => series.series.find(({ name }) => name === stroke.name)?.values ?? [];

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const grid = { stroke: css('--grid'), width: 1 };
    const axis = { stroke: css('--muted'), grid, ticks: { show: false }, font: '12px system-ui' };
    const data = [
      series.t.map((ms) => ms / 1000),
      ...strokes.map((stroke) =>
        valuesOf(stroke).map((value) => (value === null ? null : stroke.negative ? -value : value)),
      ),
    ] as uPlot.AlignedData;
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { size: 7 } },
        // The server's days begin at local midnight: the axis shows their dates, not the browser's zone.
        axes: [
          {
            ...axis,
            values: (_, ticks) =>
              ticks.map((tick) => {
                const day = series.t.findLastIndex((ms) => ms <= tick * 1000 + 43_200_000);
                return (series.dates[day] ?? '').slice(5);
              }),
          },
          {
            ...axis,
            size: 48,
            values: (_, ticks) => ticks.map((tick) => Math.abs(tick).toLocaleString('en-US')),
          },
        ],
        series: [
          {},
          ...strokes.map(({ name, color, dash, fill, bars }) => ({
            label: name,
            stroke: css(color),
            width: bars ? 0 : 2,
            points: { show: false },
            ...(dash ? { dash: [...dash] } : {}),
            ...(fill || bars
              ? { fill: `color-mix(in srgb, ${css(color)} ${bars ? 80 : 14}%, transparent)` }
              : {}),
            ...(bars ? { paths: uPlot.paths.bars?.({ size: [0.7, 20] }) ?? null } : {}),
          })),
        ] as uPlot.Series[],
        hooks: { setCursor: [(self) => setAt(self.cursor.idx ?? null)] },
      },
      data,
      element,
    );
    chart.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
  }, [series]);

  const walk = (step: number) => {
    const last = series.t.length - 1;
    const next = Math.min(last, Math.max(0, at === null ? (step > 0 ? 0 : last) : at + step));
    chart.current?.setCursor({ left: chart.current.valToPos((series.t[next] ?? 0) / 1000, 'x'), top: 10 });
    setAt(next);
  };
  return (
    <>
      <ul className="legend" aria-hidden="true">
        {strokes.map(({ name, color, dash, bars }) => (
          <li key={name}>
            <svg width="22" height="10" aria-hidden="true">
              {bars ? (
                <rect width="12" height="10" rx="2" fill={`var(${color})`} />
              ) : (
                <line
                  x1="0"
                  x2="22"
                  y1="5"
                  y2="5"
                  stroke={`var(${color})`}
                  strokeWidth="2.5"
                  strokeDasharray={dash?.join(' ')}
                />
              )}
            </svg>
            <Label>{name}</Label>
          </li>
        ))}
      </ul>
      <div
        ref={place}
        className="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${title}, by day`}
        aria-valuemin={0}
        aria-valuemax={series.t.length - 1}
        aria-valuenow={at ?? 0}
        aria-valuetext={
          at === null
            ? 'use the arrow keys'
            : `${series.dates[at]}: ${strokes.map((stroke) => `${stroke.name} ${valuesOf(stroke)[at] ?? 'unknown'}`).join(', ')}`
        }
        onKeyDown={(event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          walk(step);
        }}
      />
      <p className="readout" aria-hidden="true" data-label="">
        {at === null
          ? ' '
          : `${series.dates[at]} · ${strokes.map((stroke) => `${stroke.name} ${Math.round((valuesOf(stroke)[at] ?? 0) * 100) / 100}`).join(' · ')}`}
      </p>
    </>
  );
}
