/** Characters of a value that an error text repeats. */
const MOST = 60;

/**
 * What was given, as JSON, cut to 60 characters: for the texts that say what is wrong with it. Never throws: JSON that
 * parses can be nested too deeply to be written again.
 */
export function shown(given: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(given) ?? 'nothing';
  } catch {
    return 'a value nested too deeply to show';
  }
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}…`;
}
