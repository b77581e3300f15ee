import type { Catalog } from '#devices/catalog/catalog.ts';
import type { Datastream } from '#devices/model/datastream.ts';
import { notFound } from './problem.ts';

/** By id; a property never holds a `/`, and a Thing neither. @throws {Problem} 404 */
export function datastreamOf({ catalog }: { readonly catalog: Catalog }, id: string): Datastream {
  const slash = id.indexOf('/');
  const stream = slash < 0 ? undefined : catalog.find(id.slice(0, slash), id.slice(slash + 1));
  if (stream === undefined) {
    throw notFound('Datastream', id, 'An id is {thing}/{property}; GET /api/v1/datastreams lists those there are.');
  }
  return stream;
}
