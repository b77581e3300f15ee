import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Bilingual } from '../panels/i18n/bilingual.tsx';
import { useWords } from '../panels/i18n/use-words.ts';
import type { StartChoice } from './desktop-bridge.ts';
import { readServerAddress } from './server-address.ts';
import { StartPanel } from './start-panel.tsx';

const EXAMPLE = '192.168.1.20:8080';

interface ChooseFormProps {
  /** Chosen last, or empty. */
  readonly address: string;
  /** Empty where it is not known. */
  readonly dataFolder: string;
  readonly isBusy: boolean;
  readonly refusal: string | undefined;
  readonly onChoose: (choice: StartChoice) => void;
}

/** Two ways to a city, neither of them chosen for the user. */
export function ChooseForm({ address, dataFolder, isBusy, refusal, onChoose }: ChooseFormProps) {
  return (
    <StartPanel title={<Bilingual word="start.title" />} refusal={refusal}>
      <div className="start-choices">
        <ChooseHere dataFolder={dataFolder} isBusy={isBusy} onChoose={onChoose} />
        <ChooseServer address={address} isBusy={isBusy} onChoose={onChoose} />
      </div>
    </StartPanel>
  );
}

function ChooseHere({ dataFolder, isBusy, onChoose }: Pick<ChooseFormProps, 'dataFolder' | 'isBusy' | 'onChoose'>) {
  const { t } = useWords();
  return (
    <section className="start-choice">
      <h2>
        <Bilingual word="start.here.title" />
      </h2>
      <p className="dim">{t('start.here.explain')}</p>
      <dl className="start-field">
        <dt>{t('start.here.folder')}</dt>
        <dd>{dataFolder === '' ? t('start.here.folderUnknown') : <code>{dataFolder}</code>}</dd>
      </dl>
      <button type="button" className="action" disabled={isBusy} onClick={() => onChoose({ where: 'here' })}>
        {t('start.here.go')}
      </button>
    </section>
  );
}

/** The field has the focus, so that one can type at once and Enter chooses nothing by itself. */
function ChooseServer({ address, isBusy, onChoose }: Pick<ChooseFormProps, 'address' | 'isBusy' | 'onChoose'>) {
  const { t } = useWords();
  const [typed, setTyped] = useState(address);
  const [isTried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.select(), []);
  const read = readServerAddress(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.kind === 'good') onChoose({ where: 'server', address: read.origin });
    else field.current?.focus();
  };
  const isWrong = isTried && read.kind === 'bad';
  return (
    <form className="start-choice" noValidate onSubmit={submit}>
      <h2>
        <Bilingual word="start.server.title" />
      </h2>
      <p className="dim">{t('start.server.explain')}</p>
      <div className="start-field">
        <label htmlFor={id}>{t('start.server.address')}</label>
        <input
          ref={field}
          id={id}
          name="address"
          inputMode="url"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder={EXAMPLE}
          value={typed}
          aria-invalid={isWrong}
          aria-describedby={`${id}-says`}
          onChange={(event) => {
            setTyped(event.target.value);
            setTried(false);
          }}
        />
        <p id={`${id}-says`} className={isWrong ? 'is-failed' : 'dim'} aria-live="polite">
          <AddressSays typed={typed} isTried={isTried} />
        </p>
      </div>
      <button type="submit" className="action" disabled={isBusy}>
        {t('start.server.go')}
      </button>
    </form>
  );
}

/** What the typed address means, or what is wrong with it. */
function AddressSays({ typed, isTried }: { readonly typed: string; readonly isTried: boolean }) {
  const { t } = useWords();
  const read = readServerAddress(typed);
  if (read.kind === 'good') return t('start.server.meaning', { origin: read.origin });
  if (read.fault === 'empty' && !isTried) return t('start.server.forms');
  return t(`start.fault.${read.fault}`);
}
