import type { HourOfWeek } from '@socialkit/core';
import { SvgNum } from '../numbers.js';

/** Monday first, as the numbers have it. */
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const CELL = { width: 36, height: 30 } as const;
const LEFT = 44;

/** Hours of the week: deeper is better, hatched is too few posts to say, and the number in a cell is how many. */
export function HeatMap({ cells, title }: { readonly cells: readonly HourOfWeek[]; readonly title: string }) {
  const most = Math.max(...cells.map(({ shrunk }) => shrunk), 0.001);
  const least = Math.min(...cells.map(({ shrunk }) => shrunk), most);
  const depth = (value: number) => 0.18 + (0.82 * (value - least)) / (most - least || 1);
  return (
    <svg viewBox={`0 0 ${LEFT + 24 * CELL.width} ${7 * CELL.height + 24}`} role="img" aria-label={title}>
      <defs>
        <pattern id="few" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="7" stroke="var(--card)" strokeWidth="3" />
        </pattern>
      </defs>
      {WEEKDAYS.map((day, row) => (
        <text key={day} x={LEFT - 10} y={row * CELL.height + 20} textAnchor="end" className="tick">
          {day}
        </text>
      ))}
      {WEEKDAYS.flatMap((day, row) =>
        Array.from({ length: 24 }, (_, hour) => {
          const place = { x: LEFT + hour * CELL.width + 1.5, y: row * CELL.height + 1.5 };
          const size = { width: CELL.width - 3, height: CELL.height - 3, rx: 6 };
          const cell = cells.find((one) => one.weekday === row && one.hour === hour);
          return (
            <g key={`${day} ${hour}`}>
              <rect
                {...place}
                {...size}
                fill={cell ? 'var(--green)' : 'var(--track)'}
                opacity={cell ? depth(cell.shrunk) : 0.6}
              />
              {cell && !cell.enough && <rect {...place} {...size} fill="url(#few)" />}
              {cell && (
                <SvgNum
                  name={`bestTimes.${row}.${hour}.n.chart`}
                  value={cell.n}
                  x={place.x + 16.5}
                  y={place.y + 18}
                  className={depth(cell.shrunk) > 0.6 && cell.enough ? 'cell strong' : 'cell'}
                />
              )}
            </g>
          );
        }),
      )}
      {[0, 3, 6, 9, 12, 15, 18, 21].map((hour) => (
        <text
          key={hour}
          x={LEFT + hour * CELL.width + 18}
          y={7 * CELL.height + 18}
          textAnchor="middle"
          className="tick"
          data-label=""
        >
          {String(hour).padStart(2, '0')}
        </text>
      ))}
    </svg>
  );
}
