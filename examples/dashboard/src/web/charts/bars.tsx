import { type Format, SvgNum } from '../numbers.js';

const ROW = 34;
const WIDTH = 560;
const NAME = 120;
const VALUE = 84;

/** One bar, with what it is called and the name of its number. */
export interface Bar {
  readonly label: string;
  readonly name: string;
  readonly value: number | null;
  /** Interval around it. */
  readonly low?: number | null;
  readonly high?: number | null;
}

/** Horizontal bars, sorted by who gives them, with intervals where there are any. */
export function Bars({
  bars,
  title,
  color,
  format = 'whole',
}: {
  readonly bars: readonly Bar[];
  readonly title: string;
  readonly color: string;
  readonly format?: Format;
}) {
  const most = Math.max(...bars.map(({ value, high }) => Math.max(value ?? 0, high ?? 0)), 0) || 1;
  const room = WIDTH - NAME - VALUE;
  const x = (value: number) => NAME + (value / most) * room;
  if (bars.length === 0) return <p className="empty">Nothing to show yet.</p>;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${bars.length * ROW}`} role="img" aria-label={title} className="bars">
      {bars.map(({ label, name, value, low, high }, row) => (
        <g key={name} transform={`translate(0 ${row * ROW})`}>
          <text x={NAME - 10} y={21} textAnchor="end" data-label="">
            {label}
          </text>
          <rect x={NAME} y={6} width={room} height={20} rx={5} fill="var(--track)" />
          {value !== null && (
            <rect
              x={NAME}
              y={6}
              width={Math.max(2, x(value) - NAME)}
              height={20}
              rx={5}
              fill={`var(${color})`}
            />
          )}
          {typeof low === 'number' && typeof high === 'number' && (
            <g stroke="var(--ink)" strokeWidth={1.5} opacity={0.7}>
              <line x1={x(low)} x2={x(high)} y1={16} y2={16} />
              <line x1={x(low)} x2={x(low)} y1={11} y2={21} />
              <line x1={x(high)} x2={x(high)} y1={11} y2={21} />
            </g>
          )}
          <SvgNum name={name} value={value} format={format} x={WIDTH - VALUE + 10} y={21} className="value" />
        </g>
      ))}
    </svg>
  );
}

/** 24 columns, one an hour. */
export function Hours({
  hours,
  title,
}: {
  readonly hours: readonly { readonly hour: number; readonly engagements: number }[];
  readonly title: string;
}) {
  const most = Math.max(...hours.map(({ engagements }) => engagements), 1);
  return (
    <svg viewBox="0 0 560 190" role="img" aria-label={title}>
      {hours.map(({ hour, engagements }) => {
        const height = (engagements / most) * 140;
        return (
          <g key={hour} transform={`translate(${hour * 23.2 + 2} 0)`}>
            <rect
              x={0}
              y={150 - height}
              width={18}
              height={Math.max(1, height)}
              rx={4}
              fill="var(--blue)"
              opacity={0.35 + (0.65 * engagements) / most}
            />
            {hour % 3 === 0 && (
              <text x={9} y={172} textAnchor="middle" data-label="" className="tick">
                {String(hour).padStart(2, '0')}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** Two sides of each band, back to back; a hidden cell is a hatched stub. */
export function Mirror({
  bands,
  sides,
  title,
}: {
  readonly bands: readonly { readonly band: string; readonly values: readonly (number | null)[] }[];
  readonly sides: readonly { readonly name: string; readonly color: string }[];
  readonly title: string;
}) {
  const most = Math.max(...bands.flatMap(({ values }) => values.map((value) => value ?? 0)), 1);
  return (
    <svg viewBox={`0 0 560 ${bands.length * 32 + 24}`} role="img" aria-label={title}>
      <defs>
        <pattern id="hidden" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" fill="var(--track)" />
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--muted)" strokeWidth="2" />
        </pattern>
      </defs>
      <text x={225} y={12} textAnchor="end" className="tick">
        {sides[0]?.name}
      </text>
      <text x={335} y={12} className="tick">
        {sides[1]?.name}
      </text>
      {bands.map(({ band, values }, row) => (
        <g key={band} transform={`translate(0 ${row * 32 + 20})`}>
          <text x={280} y={19} textAnchor="middle" data-label="">
            {band}
          </text>
          {sides.map(({ name, color }, side) => {
            const value = values[side] ?? null;
            const length = value === null ? 26 : (value / most) * 170;
            const x = side === 0 ? 225 - length : 335;
            return (
              <g key={name}>
                <rect
                  x={x}
                  y={4}
                  width={Math.max(2, length)}
                  height={20}
                  rx={5}
                  fill={value === null ? 'url(#hidden)' : `var(${color})`}
                />
                {value !== null && (
                  <SvgNum
                    name={`ageByGender.${band}|${name}.chart`}
                    value={value}
                    x={side === 0 ? x - 24 : x + length + 6}
                    y={19}
                    className="tick"
                  />
                )}
                {value === null && (
                  <text x={side === 0 ? x - 58 : x + length + 6} y={19} className="tick" data-label="">
                    under 10
                  </text>
                )}
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}
