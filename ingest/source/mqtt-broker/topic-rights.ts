import { covers } from './topic-filter.ts';

/** What a client may do. */
export interface TopicRights {
  mayPublish(topic: string): boolean;
  /** `filter`: all that it can mean. */
  maySubscribe(filter: string): boolean;
}

export const ALL_RIGHTS: TopicRights = { mayPublish: () => true, maySubscribe: () => true };

/** The placeholders of topic filters in the accounts file. */
const PLACEHOLDER = /%[uc]/g;

/**
 * The rights of one client under topic filters with `%u` for its user name and `%c` for its client id. A name with `/`,
 * `+` or `#` would mean more than its own level, so a filter that it would stand in means nothing.
 */
export function rightsOf(
  filters: { readonly publish: readonly string[]; readonly subscribe: readonly string[] },
  user: string,
  clientId: string,
): TopicRights {
  const publish = filledIn(filters.publish, user, clientId);
  const subscribe = filledIn(filters.subscribe, user, clientId);
  return {
    mayPublish: (topic) => isCovered(publish, topic),
    maySubscribe: (filter) => isCovered(subscribe, filter),
  };
}

function isCovered(allowed: readonly (readonly string[])[], asked: string): boolean {
  const levels = asked.split('/');
  return allowed.some((filter) => covers(filter, levels));
}

function filledIn(filters: readonly string[], user: string, clientId: string): readonly (readonly string[])[] {
  const isUsable = (name: string) => name !== '' && !/[/+#]/.test(name);
  return filters
    .filter(
      (filter) => isUsable(filter.includes('%u') ? user : 'u') && isUsable(filter.includes('%c') ? clientId : 'c'),
    )
    .map((filter) => filter.replace(PLACEHOLDER, (name) => (name === '%u' ? user : clientId)).split('/'));
}
