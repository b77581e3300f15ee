import { useSyncExternalStore } from 'react';

/** Narrower than this is a phone: city above, sheet below. The styles say the same. */
const PHONE = '(max-width: 719px)';

export function useIsPhone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(PHONE);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(PHONE).matches,
  );
}

export function isPhone(window: Window): boolean {
  return window.matchMedia(PHONE).matches;
}
