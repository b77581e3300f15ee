import type { Devtools } from './devtools.ts';

/** A picture of the city has more colours than this. */
export const MANY_COLOURS = 500;

/** Distinct colours of what the page shows: a picture with buildings, ground and panels has many, a grey void few. */
export async function countColours(page: Devtools): Promise<number> {
  const png = (await page.screenshot()).toString('base64');
  return page.evaluate<number>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 180;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, 320, 180);
    return new Set(new Uint32Array(context.getImageData(0, 0, 320, 180).data.buffer)).size;
  })()`);
}
