/** A label that would like to be shown, in CSS pixels. */
export interface LabelWish {
  /** Its number in the list of labels: stable from frame to frame. */
  readonly label: number;
  /** 0 the most important. */
  readonly rank: number;
  /** Metres from the eye. */
  readonly distance: number;
  /** Middle of its box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How far down from there it may also stand, in order of liking; `[0]` for a name that must be in its place. */
  readonly offsets: readonly number[];
  /** It was on screen in the frame before: it keeps its place against others of its rank. */
  readonly shown: boolean;
}

/** Rectangles that are taken, found by a coarse grid. */
export class TakenSpace {
  readonly #cell: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #cells = new Map<number, Box[]>();

  constructor(width: number, height: number, cell = 64) {
    this.#cell = cell;
    this.#columns = Math.ceil(width / cell);
    this.#rows = Math.ceil(height / cell);
  }

  take(left: number, top: number, right: number, bottom: number): void {
    const box = { left, top, right, bottom };
    for (const key of this.#keys(box)) {
      const boxes = this.#cells.get(key);
      if (boxes === undefined) this.#cells.set(key, [box]);
      else boxes.push(box);
    }
  }

  isFree(left: number, top: number, right: number, bottom: number): boolean {
    for (const key of this.#keys({ left, top, right, bottom })) {
      for (const box of this.#cells.get(key) ?? []) {
        if (box.left < right && box.right > left && box.top < bottom && box.bottom > top) return false;
      }
    }
    return true;
  }

  *#keys(box: Box): Generator<number> {
    const firstColumn = Math.max(0, Math.floor(box.left / this.#cell));
    const lastColumn = Math.min(this.#columns - 1, Math.floor(box.right / this.#cell));
    const firstRow = Math.max(0, Math.floor(box.top / this.#cell));
    const lastRow = Math.min(this.#rows - 1, Math.floor(box.bottom / this.#cell));
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) yield row * this.#columns + column;
    }
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** CSS pixels of air around a label. */
const AIR = 6;

/**
 * The labels that fit and the offset each got, best first: rank, then what is already on screen, then nearness; at most
 * `limit`. None overlaps another, nor anything taken before; what fits is taken too.
 */
export function labelsThatFit(wishes: readonly LabelWish[], taken: TakenSpace, limit: number): Map<number, number> {
  const sorted = [...wishes].sort(
    (a, b) => a.rank - b.rank || Number(b.shown) - Number(a.shown) || a.distance - b.distance || a.label - b.label,
  );
  const fitting = new Map<number, number>();
  for (const wish of sorted) {
    if (fitting.size >= limit) break;
    const offset = wish.offsets.find((down) => taken.isFree(...boxAt(wish, down)));
    if (offset === undefined) continue;
    taken.take(...boxAt(wish, offset));
    fitting.set(wish.label, offset);
  }
  return fitting;
}

function boxAt(wish: LabelWish, down: number): [left: number, top: number, right: number, bottom: number] {
  const [halfWidth, halfHeight] = [wish.width / 2 + AIR, wish.height / 2 + AIR];
  return [wish.x - halfWidth, wish.y + down - halfHeight, wish.x + halfWidth, wish.y + down + halfHeight];
}
