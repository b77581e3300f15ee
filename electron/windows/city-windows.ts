import type { Clock } from '#devices/time/clock.ts';
import type { Shell } from '../shell/shell.ts';
import { CityWindow } from './city-window.ts';
import { newPlace, type WindowPlace } from './window-place.ts';

export interface CityWindowsParts {
  readonly shell: Shell;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Where windows belong changed. */
  readonly onChanged: (places: readonly WindowPlace[]) => void;
  /** A window whose page has nothing to show yet. */
  readonly onOpened: (window: CityWindow) => void;
}

/** All windows of the application. */
export class CityWindows {
  readonly #parts: CityWindowsParts;
  readonly #windows = new Map<number, CityWindow>();
  #lastClosed: WindowPlace | undefined;

  constructor(parts: CityWindowsParts) {
    this.#parts = parts;
  }

  /** As they were remembered, or one; as soon as there is a display. */
  start(places: readonly WindowPlace[]): void {
    const { shell } = this.#parts;
    let isOpen = false;
    const open = () => {
      if (isOpen || shell.displays().length === 0) return;
      isOpen = true;
      for (const place of places.length > 0 ? places : [newPlace(shell.displays())]) this.#open(place);
    };
    shell.onDisplaysChanged(() => {
      open();
      for (const window of this.all) window.displaysChanged();
    });
    open();
  }

  get all(): readonly CityWindow[] {
    return [...this.#windows.values()];
  }

  /** The last one that is closed is opened again with the next start, where it was. */
  get places(): readonly WindowPlace[] {
    if (this.#windows.size === 0 && this.#lastClosed !== undefined) return [this.#lastClosed];
    return this.all.map(({ place }) => place);
  }

  /** One more, beside the newest. */
  add(): void {
    this.#open(newPlace(this.#parts.shell.displays(), this.places[this.places.length - 1]));
    this.#parts.onChanged(this.places);
  }

  #open(place: WindowPlace): void {
    const { shell, clock, log } = this.#parts;
    const window = new CityWindow(
      {
        ...{ shell, clock, log },
        onChanged: () => this.#parts.onChanged(this.places),
        onClosed: ({ id, place }) => {
          this.#windows.delete(id);
          this.#lastClosed = place;
          this.#parts.onChanged(this.places);
        },
      },
      place,
    );
    this.#windows.set(window.id, window);
    this.#parts.onOpened(window);
  }
}
