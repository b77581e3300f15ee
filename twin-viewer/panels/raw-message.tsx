import { useEffect, useState } from 'react';
import { orderTime } from '#devices/model/order-time.ts';
import type { DatastreamJson, MessageJson } from '#devices/wire/api.ts';
import { bytesText } from './format/bytes-text.ts';
import { useWords } from './i18n/use-words.ts';
import { useCityTime } from './use-city-time.ts';
import { useReading, useViewer } from './viewer.ts';

interface RawMessageProps {
  readonly stream: DatastreamJson;
}

type Answer = { readonly message: MessageJson } | { readonly failure: string } | 'loading' | undefined;

/** The message that the value shown came in, on demand: topic, client, and the bytes as they were received. */
export function RawMessage({ stream }: RawMessageProps) {
  const { api } = useViewer();
  const { t } = useWords();
  const reading = useReading(stream.index);
  /** Order time of the reading that was asked for, epoch ms: by it history is asked. */
  const [asked, ask] = useState<number>();
  const [answer, setAnswer] = useState<Answer>();

  useEffect(() => {
    if (asked === undefined) return;
    const abort = new AbortController();
    setAnswer('loading');
    api.messageOf(stream.id, asked, abort.signal).then(
      (message) => setAnswer({ message }),
      (error: Error) => {
        if (!abort.signal.aborted) setAnswer({ failure: error.message });
      },
    );
    return () => abort.abort();
  }, [api, stream.id, asked]);

  if (reading === undefined) return null;
  return (
    <section className="raw" aria-label={t('raw.title')}>
      <button
        type="button"
        className="quiet raw-open"
        onClick={() => ask(orderTime(reading.time, reading.receivedTime))}
      >
        {t(asked === undefined ? 'raw.show' : 'raw.newest')}
      </button>
      {answer === 'loading' && <p className="dim">{t('raw.loading')}</p>}
      {typeof answer === 'object' && 'failure' in answer && (
        <p className="is-failed">{t('raw.failed', { reason: answer.failure })}</p>
      )}
      {typeof answer === 'object' && 'message' in answer && <Message message={answer.message} />}
    </section>
  );
}

function Message({ message }: { readonly message: MessageJson }) {
  const { t } = useWords();
  const time = useCityTime();
  return (
    <>
      <dl className="facts raw-facts">
        <dt>{t('raw.address')}</dt>
        <dd>
          <code>{message.address}</code>
        </dd>
        {message.sender !== undefined && message.sender !== message.address && (
          <>
            <dt>{t('sources.sender')}</dt>
            <dd>
              <code>{message.sender}</code>
            </dd>
          </>
        )}
        <dt>{t('thing.received')}</dt>
        <dd className="tabular">{time.full(Date.parse(message.receivedTime))}</dd>
        <dt>{t('raw.position')}</dt>
        <dd className="tabular">{message.position}</dd>
      </dl>
      <textarea
        className="raw-payload"
        readOnly
        rows={5}
        aria-label={t('raw.payload')}
        value={message.text ?? bytesText(message.payload)}
      />
    </>
  );
}
