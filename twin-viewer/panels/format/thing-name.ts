import type { Area } from '#devices/model/area.ts';
import { type Language, type LocalizedText, textIn } from '#devices/model/localized-text.ts';
import type { DatastreamJson, ThingJson } from '#devices/wire/api.ts';

/** The Thing's name in `language`, else as the place writes it, else its id. */
export function thingName(thing: ThingJson, language: Language): string {
  return (thing.name === undefined ? '' : textIn(thing.name as LocalizedText, language)) || thing.id;
}

export function streamName(stream: DatastreamJson, language: Language): string {
  return (stream.name === undefined ? '' : textIn(stream.name as LocalizedText, language)) || stream.property;
}

/** The name of an area; undefined where the Thing is in none that the city knows. */
export function areaName(
  areas: ReadonlyMap<string, Area>,
  id: string | undefined,
  language: Language,
): string | undefined {
  const area = id === undefined ? undefined : areas.get(id);
  return area === undefined ? undefined : textIn(area.name, language) || area.id;
}
