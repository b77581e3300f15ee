/** The scene's colours, `SCREEN.md` tokens. CSS strings: the overlay paints with them, the layers parse them once. */
export const VOID = '#070A0E';
export const GOOD = '#7C8FA0';
export const TEXT = '#E6EDF3';
export const TEXT_DIM = '#8FA1B3';
export const PANEL = 'rgba(16, 24, 33, 0.92)';
export const LINE = '#22303E';
export const SELECTED = '#E8EEF5';

/** By appearance code: none, good, stale, bad, low, medium, high, urgent. */
export const APPEARANCE_COLORS = [
  '#5A6B7B',
  GOOD,
  '#9FB0C0',
  '#C58AF9',
  '#4CC2FF',
  '#F2D24B',
  '#F5922F',
  '#F0464B',
] as const;
