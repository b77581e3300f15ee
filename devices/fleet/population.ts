import type { PackThing } from '#devices/catalog/city-pack.ts';
import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { ThingId } from '#devices/model/thing.ts';
import { between, hashText } from './behaviour/chance.ts';

/** How far a copy stands from its original at most, degrees: some 150 m. */
const COPY_OFFSET_DEGREES = 0.0015;

/**
 * As many Things as asked for. Fewer than the pack has: a subset spread over each type, every type kept as long as there
 * is room for one of each. More: copies of the pack's MQTT Things with ids `{id}.2`, `{id}.3` … beside their originals
 * (the OPC UA plants stay as they are). The same answer every time.
 */
export function populate(things: readonly PackThing[], count: number): readonly PackThing[] {
  return count <= things.length ? spreadSubset(things, count) : withCopies(things, count);
}

function spreadSubset(things: readonly PackThing[], count: number): readonly PackThing[] {
  const byType = Map.groupBy(things, (thing) => thing.type ?? '');
  const taken = new Set<PackThing>();
  for (const group of byType.values()) {
    const share = Math.min(group.length, Math.max(1, Math.floor((group.length * count) / things.length)));
    for (let i = 0; i < share; i++) taken.add(group[Math.floor((i * group.length) / share)] as PackThing);
  }
  // One of each type may have made it too many, rounding down too few.
  const kept = [...things.filter((thing) => taken.has(thing)), ...things.filter((thing) => !taken.has(thing))];
  if (taken.size <= count) return kept.slice(0, count);
  const firsts = new Set([...byType.values()].map((group) => group[0] as PackThing));
  return [...firsts, ...kept.filter((thing) => !firsts.has(thing))].slice(0, count);
}

function withCopies(things: readonly PackThing[], count: number): readonly PackThing[] {
  const originals = things.filter((thing) => thing.transport === 'mqtt');
  if (originals.length === 0) {
    throw new Error(`--things ${count}: this pack has ${things.length} Things and none on MQTT that could be repeated`);
  }
  const all = [...things];
  for (let round = 2; all.length < count; round++) {
    for (const thing of originals) {
      if (all.length === count) break;
      all.push(copyOf(thing, round));
    }
  }
  return all;
}

function copyOf(thing: PackThing, round: number): PackThing {
  const id = `${thing.id}.${round}` as ThingId;
  const { building: _, ...rest } = thing;
  const copy: PackThing = { ...rest, id, ...(thing.name && { name: numbered(thing.name, round) }) };
  if (thing.location === undefined) return copy;
  const seed = hashText(id);
  const off = (n: number) => between(seed, n, -COPY_OFFSET_DEGREES, COPY_OFFSET_DEGREES);
  return {
    ...copy,
    location: { ...thing.location, lon: thing.location.lon + off(1), lat: thing.location.lat + off(2) },
  };
}

function numbered(name: LocalizedText, round: number): LocalizedText {
  return Object.fromEntries(Object.entries(name).map(([language, text]) => [language, `${text} ${round}`]));
}
