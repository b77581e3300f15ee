import { expect, test } from 'vitest';
import { APPEARANCES } from '../../state/thing-states.ts';
import { atlasLayout, SYMBOL_SIZES } from './symbol-atlas.ts';

test.each([1, 1.25, 2, 4.8])(
  'at %s pixels per CSS pixel no two cells overlap and all lie inside, on whole pixels',
  (density) => {
    const layout = atlasLayout(density);
    const cells = layout.cells.flat();
    expect(cells).toHaveLength(APPEARANCES.length * SYMBOL_SIZES.length);
    for (const [i, a] of cells.entries()) {
      expect([a.x, a.y, a.side].every(Number.isInteger)).toBe(true);
      expect(a.x + a.side).toBeLessThanOrEqual(layout.width);
      expect(a.y + a.side).toBeLessThanOrEqual(layout.height);
      for (const b of cells.slice(i + 1)) {
        const apart = a.x + a.side <= b.x || b.x + b.side <= a.x || a.y + a.side <= b.y || b.y + b.side <= a.y;
        expect(apart).toBe(true);
      }
    }
  },
);
