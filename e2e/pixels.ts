import type { Browser } from 'playwright-core';

interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** How near a channel must be to count as the colour. */
const TOLERANCE = 24;

/** How many pixels of a PNG have this colour. Decoded by the browser itself, on an empty page of its own. */
export async function countPixels(png: Buffer, browser: Browser, colour: Colour): Promise<number> {
  const page = await browser.newPage();
  try {
    return await page.evaluate(
      async ({ base64, colour, tolerance }) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const near = (value: number | undefined, wanted: number) => Math.abs((value ?? 0) - wanted) <= tolerance;
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          if (near(data[i], colour.red) && near(data[i + 1], colour.green) && near(data[i + 2], colour.blue)) count++;
        }
        return count;
      },
      { base64: png.toString('base64'), colour, tolerance: TOLERANCE },
    );
  } finally {
    await page.close();
  }
}
