import { useEffect } from 'react';
import { useStore } from 'zustand/react';
import type { SceneInsets } from '../scene/city-scene.ts';
import { useViewer } from './viewer.ts';

const PHONE: SceneInsets = { top: 0, right: 0, bottom: 0, left: 0 };
/** The sizes of SCREEN.md with their margins: top bar, column, strip, rail. */
const DESK = { top: 64, right: 392, bottom: 104 } as const;
const RAIL = { open: 312, closed: 64 } as const;

/** Tells the scene what the panels leave free. On a phone nothing lies over the city. */
export function useInsets(isPhone: boolean): void {
  const { scene, view } = useViewer();
  const open = useStore(scene, (state) => state.scene);
  const isRailOpen = useStore(view, (state) => state.isRailOpen);
  useEffect(() => {
    open?.setInsets(isPhone ? PHONE : { ...DESK, left: isRailOpen ? RAIL.open : RAIL.closed });
  }, [open, isPhone, isRailOpen]);
}
