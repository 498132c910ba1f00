import type { ReactNode } from 'react';

/** How a number is written. */
export type Format = 'whole' | 'percent' | 'change' | 'decimal';

/** A number as people read it; a dash for what is not known, never 0. */
export function written(value: number | null, format: Format): string {
  if (value === null) return '–';
  switch (format) {
    case 'whole':
      return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
    case 'percent':
      return `${(value * 100).toFixed(1)} %`;
    case 'change':
      return `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)} %`;
    case 'decimal':
      return value.toFixed(2);
  }
}

interface NumberProps {
  /** Names the number on the page, once. */
  readonly name: string;
  readonly value: number | null;
  readonly format?: Format;
}

/** A number on the page. Every number goes through here, so that each can be asked where it comes from. */
export const Num = ({ name, value, format = 'whole' }: NumberProps) => (
  <span data-number={name} data-format={format}>
    {written(value, format)}
  </span>
);

/** The same inside of a drawing. */
export const SvgNum = ({
  name,
  value,
  format = 'whole',
  ...place
}: NumberProps & { readonly x: number; readonly y: number; readonly className?: string }) => (
  <text {...place} data-number={name} data-format={format}>
    {written(value, format)}
  </text>
);

/** Words that may hold digits and are no number: dates, hours, names, texts. */
export const Label = ({ children }: { readonly children: ReactNode }) => (
  <span data-label="">{children}</span>
);
