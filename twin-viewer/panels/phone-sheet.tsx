import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import { AbnormalPanel } from './abnormal-panel.tsx';
import { useWords } from './i18n/use-words.ts';
import { Icon } from './icons.tsx';
import { LayersRail } from './layers-rail.tsx';
import { SelectionPanel } from './selection-panel.tsx';
import { TimeStrip } from './time-strip.tsx';
import { useViewer } from './viewer.ts';

type Page = 'abnormal' | 'layers' | 'selection';

/** On a phone: the same panels as on a desk, one at a time, below the city. What is selected comes up by itself. */
export function PhoneSheet() {
  const { view } = useViewer();
  const selection = useStore(view, (state) => state.selection);
  const [page, setPage] = useState<Page>('abnormal');
  const { t } = useWords();
  useEffect(() => setPage(selection.kind === 'none' ? 'abnormal' : 'selection'), [selection]);
  return (
    <section className="sheet" aria-label={t('sheet.title')}>
      <TimeStrip />
      <div className="sheet-body">
        {page === 'abnormal' && <AbnormalPanel />}
        {page === 'layers' && <LayersRail />}
        {page === 'selection' && <SelectionPanel />}
      </div>
      <nav className="sheet-tabs" aria-label={t('sheet.title')}>
        <SheetTab
          icon="list"
          label={t('abnormal.title')}
          isOpen={page === 'abnormal'}
          onOpen={() => setPage('abnormal')}
        />
        <SheetTab icon="layers" label={t('layers.title')} isOpen={page === 'layers'} onOpen={() => setPage('layers')} />
        <SheetTab
          icon={selection.kind === 'building' ? 'building' : 'fly'}
          label={t('sheet.selection')}
          isOpen={page === 'selection'}
          isDisabled={selection.kind === 'none'}
          onOpen={() => setPage('selection')}
        />
      </nav>
    </section>
  );
}

interface SheetTabProps {
  readonly icon: 'list' | 'layers' | 'fly' | 'building';
  readonly label: string;
  readonly isOpen: boolean;
  readonly isDisabled?: boolean;
  readonly onOpen: () => void;
}

function SheetTab({ icon, label, isOpen, isDisabled = false, onOpen }: SheetTabProps) {
  return (
    <button type="button" className="sheet-tab" aria-pressed={isOpen} disabled={isDisabled} onClick={onOpen}>
      <Icon name={icon} />
      {label}
    </button>
  );
}
