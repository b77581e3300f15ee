import { type FormEvent, useState } from 'react';
import { type CityApi, TokenNeeded } from '../state/city-api.ts';
import { useWords } from './i18n/use-words.ts';

/** Asks for the access token. */
export function TokenPage({ api, onOpen }: { readonly api: CityApi; readonly onOpen: () => void }) {
  const { t } = useWords();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const enter = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    setBusy(true);
    try {
      await api.giveToken(String(token ?? ''));
      onOpen();
    } catch (error) {
      setFailure(error instanceof TokenNeeded ? t('token.wrong') : String((error as Error).message));
      setBusy(false);
    }
  };
  return (
    <main className="page">
      <form className="panel card" onSubmit={(event) => void enter(event)}>
        <h1>{t('token.title')}</h1>
        <p className="dim">{t('token.explain')}</p>
        <label>
          {t('token.label')}
          <input name="token" type="password" autoComplete="current-password" required />
        </label>
        {failure !== undefined && (
          <p className="is-failed" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" className="action" disabled={isBusy}>
          {t('token.enter')}
        </button>
      </form>
    </main>
  );
}
