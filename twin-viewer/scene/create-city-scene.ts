import type { CityScene, CitySceneOptions } from './city-scene.ts';
import { LiveCityScene } from './live-city-scene.ts';

/**
 * Makes the city in `container`, which must have a size, and starts loading its tiles; resolves when the scene can be
 * used, not when the city is whole (`loading` tells). What goes wrong is told by `failed`, also to those who listen
 * only later: without WebGL the scene answers every call and shows nothing.
 */
export async function createCityScene(container: HTMLElement, options: CitySceneOptions): Promise<CityScene> {
  const scene = new LiveCityScene(container, options);
  await scene.start();
  return scene;
}
