import type { StartProblem } from '#twin-viewer/desktop/desktop-bridge.ts';

/** How the service's own words about its data folder begin (`ingest/service/data-dir.ts`). */
const DATA_FOLDER = [
  { words: /is on a full disk/, kind: 'data-full' },
  { words: /is on a read-only file system|may not be written by this user|is not a folder/, kind: 'data-read-only' },
  { words: /is in use by another Yiping/, kind: 'data-in-use' },
] as const;

/** Why the service could not start, from the last lines that it wrote. */
export function serviceProblem(lastWords: readonly string[], dataFolder: string): StartProblem {
  const text = lastWords.join('\n');
  const known = DATA_FOLDER.find(({ words }) => words.test(text));
  if (known !== undefined) return { kind: known.kind, detail: dataFolder };
  // `✗` begins what is meant for people; a stack would be after it.
  const told = lastWords.findIndex((line) => line.startsWith('✗'));
  const kept = told < 0 ? lastWords.slice(-4) : lastWords.slice(told, told + 4);
  return { kind: 'service-failed', detail: kept.join('\n').replace(/^✗ /, '') };
}
