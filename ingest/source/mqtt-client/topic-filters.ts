import { TWIN_ROOT } from '#devices/profiles/twin-json.ts';

/** What is read where nothing is configured: everything of the default mapping. */
export const DEFAULT_TOPICS: readonly string[] = [`${TWIN_ROOT}/#`];

const META = '$meta';

/** Whether it is a topic filter (MQTT 3.1.1 §4.7): `#` only as the last level, `+` only as a whole level. */
export function isTopicFilter(text: string): boolean {
  if (text.length === 0 || Buffer.byteLength(text) > 65_535 || text.includes('\0')) return false;
  const levels = text.split('/');
  return levels.every((level, at) => {
    if (level === '#') return at === levels.length - 1;
    return level === '+' || !/[#+]/.test(level);
  });
}

/** Whether it can name a share group (MQTT 5 §4.8.2). */
export function isShareName(text: string): boolean {
  return /^[^/#+\s]{1,128}$/.test(text);
}

/**
 * The filters to subscribe to for `topics`. In a share group each message goes to one of its members, and brokers send no
 * retained messages to it (MQTT 5 §4.8.2); so what registers the Things, `$meta`, comes to every member by a plain
 * subscription. The same is added where a topic leaves it out, as `twin/+/level` does.
 */
export function filtersFor(topics: readonly string[], share: string | undefined): readonly string[] {
  const filters = new Set(topics.map((topic) => (share === undefined ? topic : `$share/${share}/${topic}`)));
  for (const topic of topics) {
    const [root = '', thing = '', property] = topic.split('/');
    const isOurs = root === TWIN_ROOT || root === '+' || root === '#';
    const hasMeta = [root, thing, property].includes('#') || property === '+' || property === META;
    if (isOurs && (share !== undefined || !hasMeta)) filters.add(`${TWIN_ROOT}/${thingLevel(root, thing)}/${META}`);
  }
  return [...filters];
}

function thingLevel(root: string, thing: string): string {
  return root === '#' || thing === '#' || thing === '' ? '+' : thing;
}
