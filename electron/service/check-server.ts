import { LIVE_PROTOCOL } from '#devices/wire/frame.ts';
import type { StartProblem } from '#twin-viewer/desktop/desktop-bridge.ts';
import type { PageAnswer, Shell } from '../shell/shell.ts';

/** Our answer is a few hundred bytes; somebody else's may be anything. */
const HEALTH_BYTES = 64 * 1024;
/** Longer than a server on a slow line takes, shorter than a person waits. */
const CHECK_MS = 8_000;

/** Whether Yiping answers at `server`, in a version that this viewer understands; what is wrong where it does not. */
export async function checkServer(shell: Pick<Shell, 'fetch'>, server: string): Promise<StartProblem | undefined> {
  let answer: PageAnswer;
  try {
    const request = { method: 'GET', url: `${server}/healthz`, headers: { origin: server } };
    answer = await shell.fetch({ ...request, timeoutMs: CHECK_MS, maxBytes: HEALTH_BYTES });
  } catch (error) {
    return { kind: 'server-down', detail: error instanceof Error ? error.message : String(error) };
  }
  return whatIsWrong(answer);
}

function whatIsWrong({ status, body }: PageAnswer): StartProblem | undefined {
  const health = parse(body);
  if (health?.product !== 'yiping') return { kind: 'server-foreign', detail: `GET /healthz: ${status}` };
  if (health.live === LIVE_PROTOCOL) return undefined;
  return { kind: 'server-version', detail: typeof health.live === 'string' ? health.live.slice(0, 40) : '?' };
}

function parse(body: Uint8Array): { product?: unknown; live?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
