import { APPEARANCES, type Appearance } from '../state/thing-states.ts';
import { useWords } from './i18n/use-words.ts';

/** Each appearance is a shape, a colour and, for a priority, a letter: never colour alone (ISA-101, ISA-18.2). */
const SHAPES: Readonly<Record<Appearance, { readonly shape: React.ReactNode; readonly letter?: string }>> = {
  none: { shape: <circle cx="8" cy="8" r="2.5" fill="none" stroke="currentColor" /> },
  good: { shape: <circle cx="8" cy="8" r="3" /> },
  stale: {
    shape: (
      <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.6 1.72" />
    ),
  },
  bad: {
    shape: <path d="m3.5 3.5 9 9m0-9-9 9" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  },
  low: { shape: <circle cx="8" cy="8" r="7" />, letter: 'L' },
  medium: { shape: <rect x="1.5" y="1.5" width="13" height="13" />, letter: 'M' },
  high: { shape: <path d="M8 .5 15.5 14.5H.5Z" />, letter: 'H' },
  urgent: { shape: <path d="m8 0 8 8-8 8-8-8Z" />, letter: 'U' },
};

/** The symbol of an appearance code, as on the map. `isNamed`: a screen reader is told; else the text beside it tells. */
export function Mark({ code, isNamed = false }: { readonly code: number; readonly isNamed?: boolean }) {
  const { t } = useWords();
  const appearance = APPEARANCES[code] ?? 'none';
  const { shape, letter } = SHAPES[appearance];
  return (
    <svg
      className={`mark mark-${appearance}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="currentColor"
      role="img"
      aria-hidden={!isNamed}
      aria-label={isNamed ? t(`appearance.${appearance}`) : undefined}
    >
      {shape}
      {letter !== undefined && (
        <text x="8" y={appearance === 'high' ? 12.5 : 11.2} textAnchor="middle">
          {letter}
        </text>
      )}
    </svg>
  );
}
