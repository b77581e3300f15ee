import type { CameraView } from '#devices/catalog/city-pack.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { Player } from '../player/player.ts';
import { type DeepLink, formatDeepLink, parseDeepLink } from './deep-link.ts';
import { NO_SELECTION, type ViewStore } from './view-store.ts';

/** The address bar, or a fake of it. Fragments without `#`. */
export interface AddressBar {
  read(): string;
  push(fragment: string): void;
  replace(fragment: string): void;
  /** Back, forward, or an edited address. */
  onMove(listener: () => void): () => void;
}

export interface UrlSyncParts {
  readonly view: ViewStore;
  readonly player: Player;
  readonly address: AddressBar;
  readonly clock: Clock;
  readonly flyTo: (camera: CameraView | undefined) => void;
}

/** A browser counts changes of the address; a replay writes no more often than this. */
export const WRITE_MS = 700;

/**
 * Keeps the address a link to what is on the screen. Another selection or another moment chosen is a step that "back"
 * takes back; a moved camera only changes the present step.
 */
export class UrlSync {
  readonly #parts: UrlSyncParts;
  #written = '';
  #writtenStep = '';
  #cancelWrite: (() => void) | undefined;

  constructor(parts: UrlSyncParts) {
    this.#parts = parts;
  }

  /** Shows what the address says, then follows the screen. */
  start(signal: AbortSignal): void {
    const { view, player, address } = this.#parts;
    this.#open(parseDeepLink(address.read()));
    const stops = [
      view.subscribe(() => this.#schedule()),
      player.store.subscribe(() => this.#schedule()),
      address.onMove(() => {
        if (address.read() !== this.#written) this.#follow(parseDeepLink(address.read()));
      }),
    ];
    signal.addEventListener('abort', () => {
      for (const stop of stops) stop();
      this.#cancelWrite?.();
    });
  }

  /** Writes what is due, before anything that could end the page. */
  flush(): void {
    if (this.#cancelWrite === undefined) return;
    this.#cancelWrite();
    this.#cancelWrite = undefined;
    this.#write();
  }

  /** What a link to the screen as it is now carries. */
  link(): DeepLink {
    const { selection, language, only, hidden, camera } = this.#parts.view.getState();
    const { moment } = this.#parts.player.store.getState();
    return {
      ...(camera !== undefined && { camera }),
      ...(selection.kind === 'thing' && { thing: selection.id }),
      ...(moment !== undefined && { at: moment }),
      language,
      ...(only !== undefined && { only }),
      hidden: [...hidden],
    };
  }

  #open(link: DeepLink): void {
    const { view, player } = this.#parts;
    view.setState({
      selection: link.thing === undefined ? NO_SELECTION : { kind: 'thing', id: link.thing },
      only: link.only,
      hidden: new Set(link.hidden),
      ...(link.camera !== undefined && { camera: link.camera }),
      ...(link.language !== undefined && { language: link.language }),
    });
    if (link.at !== undefined) player.seek(link.at);
    this.#written = formatDeepLink(link);
    this.#writtenStep = stepOf(link);
  }

  #follow(link: DeepLink): void {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    this.#open(link);
    if (link.at === undefined) this.#parts.player.goLive();
    this.#parts.flyTo(link.camera);
  }

  #schedule(): void {
    this.#cancelWrite ??= this.#parts.clock.after(WRITE_MS, () => {
      this.#cancelWrite = undefined;
      this.#write();
    });
  }

  #write(): void {
    const link = this.link();
    const fragment = formatDeepLink(link);
    if (fragment === this.#written) return;
    const step = stepOf(link);
    const isPlaying = this.#parts.player.store.getState().playing && link.at !== undefined;
    const isStep = step !== this.#writtenStep && !isPlaying;
    this.#written = fragment;
    this.#writtenStep = step;
    if (isStep) this.#parts.address.push(fragment);
    else this.#parts.address.replace(fragment);
  }
}

function stepOf(link: DeepLink): string {
  return `${link.thing ?? ''} ${link.at ?? ''}`;
}

/** The browser's own address bar. */
export function browserAddress(window: Window): AddressBar {
  return {
    read: () => window.location.hash.slice(1),
    push: (fragment) => window.history.pushState(null, '', `#${fragment}`),
    replace: (fragment) => window.history.replaceState(null, '', `#${fragment}`),
    onMove(listener) {
      window.addEventListener('popstate', listener);
      window.addEventListener('hashchange', listener);
      return () => {
        window.removeEventListener('popstate', listener);
        window.removeEventListener('hashchange', listener);
      };
    },
  };
}
