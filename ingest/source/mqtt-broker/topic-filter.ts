/** Characters of a topic filter, so that a thousand subscriptions of one client stay small. */
export const MAX_FILTER_LENGTH = 1_024;

/** Why `filter` is no topic filter (MQTT 3.1.1 §4.7); undefined where it is one. */
export function whyNoFilter(filter: string): string | undefined {
  if (filter === '') return 'it is empty';
  if (filter.length > MAX_FILTER_LENGTH) return `it has ${filter.length} characters, ${MAX_FILTER_LENGTH} are possible`;
  if (filter.includes('\0')) return 'it holds a NUL';
  const levels = filter.split('/');
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i < levels.length - 1)) return '# stands alone and last, as in twin/#';
    if (level.includes('+') && level !== '+') return '+ stands alone between slashes, as in twin/+/x';
  }
  return undefined;
}

/** Why nobody may publish to `topic` (MQTT 3.1.1 §4.7.1); undefined where it is a topic. */
export function whyNoTopic(topic: string): string | undefined {
  if (topic === '') return 'it is empty';
  return /[#+\0]/.test(topic) ? 'a topic to publish to has no #, + or NUL' : undefined;
}

/**
 * Whether every topic that `asked` can mean is meant by `allowed`; both by levels, `asked` a filter or a topic. A wildcard
 * in the first level does not mean topics that begin with $ (MQTT 3.1.1 §4.7.2).
 */
export function covers(allowed: readonly string[], asked: readonly string[]): boolean {
  const first = allowed[0];
  if ((first === '#' || first === '+') && asked[0]?.startsWith('$')) return false;
  for (const [i, level] of allowed.entries()) {
    // Also the level above: a/# means a (§4.7.1.2).
    if (level === '#') return true;
    const other = asked[i];
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return asked.length === allowed.length;
}
