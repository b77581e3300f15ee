import { severityOf, statusName } from '#devices/model/status-code.ts';
import { useWords } from './i18n/use-words.ts';

/** An OPC UA status in words; what is not good carries its standard name for engineers. */
export function StatusWord({ status }: { readonly status: number }) {
  const { t } = useWords();
  const name = statusName(status);
  const severity = severityOf(status);
  return (
    <span className={`status is-${severity}`} title={`${name} 0x${status.toString(16).padStart(8, '0')}`}>
      {t(`status.${name}`)}
      {severity !== 'good' && <code> {name}</code>}
    </span>
  );
}
