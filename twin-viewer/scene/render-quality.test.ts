import { expect, test } from 'vitest';
import { isSoftwareGl, RenderQuality } from './render-quality.ts';

test('a picture at rest is always smooth', () => {
  const quality = new RenderQuality(true);
  expect(quality.samples(false, 0)).toBe(4);
});

test('software GL gives up smooth edges from the first moving frame', () => {
  expect(new RenderQuality(true).samples(true, 0)).toBe(1);
});

test('a machine that proves slow while moving gives them up, one that proves quick keeps them', () => {
  const slow = new RenderQuality(false);
  expect([0, 200].map((now) => slow.samples(true, now))).toEqual([4, 1]);
  const quick = new RenderQuality(false);
  expect([0, 16, 33].map((now) => quick.samples(true, now))).toEqual([4, 4, 4]);
});

test('a pause between movements says nothing', () => {
  const quality = new RenderQuality(false);
  quality.samples(true, 0);
  expect(quality.samples(true, 60_000)).toBe(4);
});

test('renderers on a CPU are known by name', () => {
  expect(isSoftwareGl('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)')).toBe(true);
  expect(isSoftwareGl('ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11)')).toBe(false);
});
