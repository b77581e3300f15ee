import { APPEARANCE_CODE } from '../../state/thing-states.ts';
import type { CameraFrame } from '../camera/camera-frame.ts';
import { radians } from '../camera/local-frame.ts';
import type { SceneThing } from '../city-scene.ts';
import { APPEARANCE_COLORS } from '../scene-colors.ts';
import type { ThingLayer } from '../things/thing-layer.ts';
import { symbolLift } from './paint-symbols.ts';
import type { Tag } from './paint-tag.ts';

/** CSS pixels that the selected Thing's ring stands above its place at least, so that its stem is seen. */
const SELECTED_LIFT = 34;

interface Chosen {
  readonly selected: number | undefined;
  readonly hovered: number | undefined;
  readonly things: readonly SceneThing[];
}

/** The tags of this frame, the selected one on top. */
export function tagsOf(things: ThingLayer, camera: CameraFrame, chosen: Chosen, scale: number): Tag[] {
  const tags: Tag[] = [];
  if (chosen.hovered !== undefined && chosen.hovered !== chosen.selected) {
    tags.push(...tagOf(things, camera, chosen, chosen.hovered, scale));
  }
  if (chosen.selected !== undefined) tags.push(...tagOf(things, camera, chosen, chosen.selected, scale));
  return tags;
}

/** One tag, or none where the Thing is not on screen. */
function tagOf(things: ThingLayer, camera: CameraFrame, chosen: Chosen, thing: number, scale: number): Tag[] {
  const slot = things.slotOf(thing);
  const depth = slot < 0 ? 0 : (things.screen.depth[slot] as number);
  if (depth === 0) return [];
  const selected = thing === chosen.selected;
  const code = things.appearance[slot] as number;
  const symbol = code > (APPEARANCE_CODE.stale as number);
  const lift = symbol ? symbolLift(code, camera.view.pitchDegrees, scale) : 0;
  const height = things.places.local[slot * 3 + 2] as number;
  const drop = Math.max(0, (height * camera.focalLength * Math.cos(radians(camera.view.pitchDegrees))) / depth);
  return [
    {
      text: chosen.things[thing]?.label ?? '',
      x: things.screen.x[slot] as number,
      y: things.screen.y[slot] as number,
      lift: selected && !symbol ? SELECTED_LIFT * scale : lift,
      drop: selected ? drop : 0,
      selected,
      disc: symbol ? undefined : APPEARANCE_COLORS[code],
    },
  ];
}
