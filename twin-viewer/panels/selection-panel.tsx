import { useStore } from 'zustand/react';
import { BuildingPanel } from './building-panel.tsx';
import { ThingPanel } from './thing-panel.tsx';
import { useViewer } from './viewer.ts';

/** The panel of what is selected; nothing where nothing is. */
export function SelectionPanel() {
  const { view } = useViewer();
  const selection = useStore(view, (state) => state.selection);
  switch (selection.kind) {
    case 'thing':
      return <ThingPanel id={selection.id} />;
    case 'building':
      return <BuildingPanel building={selection.building} />;
    case 'none':
      return null;
  }
}
