/** A hashtag as a dot: how often it was used against how its posts do. */
export function Dots({
  dots,
  title,
}: {
  readonly dots: readonly { readonly tag: string; readonly posts: number; readonly rate: number | null }[];
  readonly title: string;
}) {
  const shown = dots.filter(({ rate }) => rate !== null).slice(0, 10);
  const [uses, rates] = [Math.max(...shown.map(({ posts }) => posts), 1), shown.map(({ rate }) => rate ?? 0)];
  const [low, high] = [Math.min(...rates, 1) * 0.9, Math.max(...rates, 0.001) * 1.06];
  const x = (posts: number) => 50 + (posts / (uses * 1.1)) * 470;
  const y = (rate: number) => 170 - ((rate - low) / (high - low || 1)) * 140;
  return (
    <svg viewBox="0 0 560 210" role="img" aria-label={title}>
      <line x1={40} x2={550} y1={176} y2={176} stroke="var(--grid)" />
      <line x1={40} x2={40} y1={16} y2={176} stroke="var(--grid)" />
      <text x={550} y={200} textAnchor="end" className="tick">
        posts →
      </text>
      <text x={46} y={24} className="tick">
        ↑ engagement rate
      </text>
      {shown.map(({ tag, posts, rate }) => (
        <g key={tag}>
          <circle cx={x(posts)} cy={y(rate ?? 0)} r={8} fill="var(--purple)" opacity={0.85} />
          <text x={x(posts)} y={y(rate ?? 0) - 14} textAnchor="middle" data-label="">
            #{tag}
          </text>
        </g>
      ))}
    </svg>
  );
}
