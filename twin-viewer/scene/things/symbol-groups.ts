import { APPEARANCE_CODE } from '../../state/thing-states.ts';
import type { ScreenPositions } from './screen-positions.ts';

const WORST = APPEARANCE_CODE.urgent as number;
const STALE = APPEARANCE_CODE.stale as number;
const LOW = APPEARANCE_CODE.low as number;

/**
 * The symbols of one frame. Where symbols would cover each other the worst stands for all and says for how many:
 * nothing abnormal is ever left out. An alarm counts alarms; a bad or stale symbol counts its own kind, and one that
 * an alarm covers is left to its dot. Arrays grow, nothing else is allocated;
 * 1,250 abnormal Things of 10,000 take 1 ms.
 */
export class SymbolGroups {
  /** Slots that have a symbol, the worst first; length `count`. */
  slots: Uint32Array = new Uint32Array(0);
  /** How many each stands for, itself included; by position in `slots`. */
  members: Uint32Array = new Uint32Array(0);
  count = 0;
  #firstInCell: Int32Array = new Int32Array(0);
  #nextInCell: Int32Array = new Int32Array(0);
  #columns = 0;
  #rows = 0;

  /**
   * Groups the abnormal slots that are on screen so that no two symbols are nearer than `gap` CSS pixels in both
   * directions. `selected` (a slot, or −1) always has its own symbol.
   */
  group(
    slots: { readonly count: number; readonly appearance: Uint8Array; readonly shown: Uint8Array },
    screen: ScreenPositions,
    picture: { readonly width: number; readonly height: number; readonly gap: number; readonly selected: number },
  ): void {
    this.#clear(slots.count, picture);
    const { appearance, shown } = slots;
    const { selected, gap } = picture;
    if (selected >= 0 && (appearance[selected] as number) >= STALE && screen.depth[selected] !== 0) {
      this.#place(selected, screen, gap);
    }
    for (let code = WORST; code >= STALE; code--) {
      for (let slot = 0; slot < slots.count; slot++) {
        if (appearance[slot] !== code || screen.depth[slot] === 0 || shown[slot] === 0 || slot === selected) continue;
        const head = this.#near(slot, screen, gap);
        if (head < 0) this.#place(slot, screen, gap);
        else if (counts(appearance[this.slots[head] as number] as number, code)) (this.members[head] as number)++;
      }
    }
  }

  #place(slot: number, screen: ScreenPositions, gap: number): void {
    const head = this.count++;
    this.slots[head] = slot;
    this.members[head] = 1;
    const cell = this.#row(screen.y[slot] as number, gap) * this.#columns + this.#column(screen.x[slot] as number, gap);
    this.#nextInCell[head] = this.#firstInCell[cell] as number;
    this.#firstInCell[cell] = head;
  }

  /** Position in `slots` of a symbol that would touch this one, or −1. */
  #near(slot: number, screen: ScreenPositions, gap: number): number {
    const x = screen.x[slot] as number;
    const y = screen.y[slot] as number;
    const column = this.#column(x, gap);
    const row = this.#row(y, gap);
    for (let r = Math.max(0, row - 1); r <= Math.min(this.#rows - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(this.#columns - 1, column + 1); c++) {
        let head = this.#firstInCell[r * this.#columns + c] as number;
        while (head >= 0) {
          const other = this.slots[head] as number;
          if (Math.abs((screen.x[other] as number) - x) < gap && Math.abs((screen.y[other] as number) - y) < gap) {
            return head;
          }
          head = this.#nextInCell[head] as number;
        }
      }
    }
    return -1;
  }

  #column(x: number, gap: number): number {
    return Math.min(this.#columns - 1, Math.max(0, Math.floor(x / gap) + 2));
  }

  #row(y: number, gap: number): number {
    return Math.min(this.#rows - 1, Math.max(0, Math.floor(y / gap) + 2));
  }

  #clear(count: number, picture: { readonly width: number; readonly height: number; readonly gap: number }): void {
    this.count = 0;
    this.#columns = Math.ceil(picture.width / picture.gap) + 4;
    this.#rows = Math.ceil(picture.height / picture.gap) + 4;
    const cells = this.#columns * this.#rows;
    if (this.#firstInCell.length < cells) this.#firstInCell = new Int32Array(cells);
    this.#firstInCell.fill(-1, 0, cells);
    if (this.slots.length < count) {
      const capacity = Math.max(1024, count * 2);
      this.slots = new Uint32Array(capacity);
      this.members = new Uint32Array(capacity);
      this.#nextInCell = new Int32Array(capacity);
    }
  }
}

/** Whether a symbol of appearance `head` counts a covered one of appearance `covered`. */
function counts(head: number, covered: number): boolean {
  return head >= LOW ? covered >= LOW : head === covered;
}
