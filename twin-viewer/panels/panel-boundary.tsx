import { Component, type ReactNode } from 'react';
import { useWords } from './i18n/use-words.ts';

interface PanelBoundaryProps {
  readonly children: ReactNode;
}

/** A panel that fails says so in its own place; the city and the other panels go on. */
export class PanelBoundary extends Component<PanelBoundaryProps, { readonly failure: string | undefined }> {
  override state: { readonly failure: string | undefined } = { failure: undefined };

  static getDerivedStateFromError(error: unknown): { readonly failure: string } {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return <FailedPanel reason={failure} onRetry={() => this.setState({ failure: undefined })} />;
  }
}

function FailedPanel({ reason, onRetry }: { readonly reason: string; readonly onRetry: () => void }) {
  const { t } = useWords();
  return (
    <section className="panel failed-panel" role="alert">
      <p className="is-failed">{t('panel.failed', { reason })}</p>
      <button type="button" className="action" onClick={onRetry}>
        {t('app.retry')}
      </button>
    </section>
  );
}
