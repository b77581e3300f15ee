import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { changeSpeed, closeTopmost, flyToSelection, goToView, playOrPause, toggleOverlay } from './commands.ts';
import type { Viewer } from './viewer.ts';

/** The keys of the screen. In a text field they are letters; on a button reached by keyboard Space presses it. */
export function useKeys(viewer: Viewer): void {
  useEffect(() => {
    const on = (run: () => void) => (event: KeyboardEvent) => {
      if (isTyping(event.target) || isCovered(viewer)) return;
      if (event.key === ' ' && isOnButton(event.target)) return;
      event.preventDefault();
      run();
    };
    const faster = on(() => changeSpeed(viewer, 1));
    const slower = on(() => changeSpeed(viewer, -1));
    const views = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`${i + 1}`, on(() => goToView(viewer, i + 1))]),
    );
    return tinykeys(window, {
      ...views,
      Space: on(() => playOrPause(viewer)),
      ArrowLeft: on(() => viewer.player.step(-1)),
      ArrowRight: on(() => viewer.player.step(1)),
      '[Shift]+Equal': faster,
      NumpadAdd: faster,
      '[Shift]+Minus': slower,
      NumpadSubtract: slower,
      KeyL: on(() => viewer.player.goLive()),
      KeyS: on(() => toggleOverlay(viewer, 'sources')),
      KeyF: on(() => flyToSelection(viewer)),
      '[Shift]+?': on(() => toggleOverlay(viewer, 'help')),
      Escape: (event) => {
        if (!isTyping(event.target)) closeTopmost(viewer);
      },
      '$mod+k': (event) => {
        event.preventDefault();
        toggleOverlay(viewer, 'search');
      },
    });
  }, [viewer]);
}

/** The list of sources stands beside the city, the others over it. */
function isCovered({ view }: Viewer): boolean {
  const { overlay } = view.getState();
  return overlay !== undefined && overlay !== 'sources';
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** A button that was only clicked has the focus too, but no ring: Space is not meant for it. */
function isOnButton(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement && target.matches(':focus-visible');
}
