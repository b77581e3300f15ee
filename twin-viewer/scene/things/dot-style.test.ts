import fc from 'fast-check';
import { expect, test } from 'vitest';
import { APPEARANCE_CODE } from '../../state/thing-states.ts';
import { hazeAt } from '../haze.ts';
import { DOT_STYLES, type DotView, dotStyle, dotStyleParts, styleDots } from './dot-style.ts';
import { ScreenPositions } from './screen-positions.ts';

const { good, urgent } = APPEARANCE_CODE as { good: number; urgent: number };

function viewFrom(range: number): DotView {
  return { haze: hazeAt(range), focalLength: 1400, eyeHeight: range * 0.6, range, strength: 1, selected: -1 };
}

/** Styles of Things of `code` with this much room, all at the distance of the camera's target. */
function styled(code: number, spacing: readonly number[], view: DotView): Uint16Array {
  const count = spacing.length;
  const screen = new ScreenPositions();
  screen.depth = new Float32Array(count).fill(view.range);
  const styles = new Uint16Array(count);
  const slots = {
    count,
    appearance: new Uint8Array(count).fill(code),
    spacing: Float32Array.from(spacing),
    shown: new Uint8Array(count).fill(1),
  };
  styleDots(slots, screen, view, styles);
  return styles;
}

test('a style says what it was made of', () => {
  const alpha = fc.double({ min: 0.05, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 3 }), alpha, (code, size, a) => {
      const style = dotStyle(code, size, a);
      expect(style).toBeGreaterThan(0);
      expect(style).toBeLessThan(DOT_STYLES);
      const parts = dotStyleParts(style);
      expect([parts.code, parts.size]).toEqual([code, size]);
      expect(Math.abs(parts.alpha - a)).toBeLessThanOrEqual(0.5 / 12 + 1e-9);
    }),
  );
});

test('near, every calm Thing has its dot; from ten kilometres only those with room around them', () => {
  const spacing = [6, 24, 96, 384];
  expect([...styled(good, spacing, viewFrom(500))].map((s) => s > 0)).toEqual([true, true, true, true]);
  expect([...styled(good, spacing, viewFrom(10_000))].map((s) => s > 0)).toEqual([false, false, false, true]);
});

test('what is abnormal is never thinned out', () => {
  expect([...styled(urgent, [3], viewFrom(20_000))].every((style) => style > 0)).toBe(true);
});

test('a selected Thing dims the rest by a third and not itself', () => {
  const view = { ...viewFrom(500), strength: 2 / 3, selected: 1 };
  const [other, chosen] = [...styled(good, [96, 96], view)].map((style) => dotStyleParts(style).alpha);
  expect((other as number) / (chosen as number)).toBeCloseTo(2 / 3, 1);
});
