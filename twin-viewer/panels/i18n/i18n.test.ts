import { describe, expect, test } from 'vitest';
import { STATUS_CODES } from '#devices/model/status-code.ts';
import { LAYERS } from '../../state/layers.ts';
import { APPEARANCES } from '../../state/thing-states.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('the words of the screen', () => {
  test('both languages have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  test('a word takes the same values in both languages', () => {
    for (const [key, text] of Object.entries(zh)) {
      expect([key, placeholders(en[key as keyof typeof zh])]).toEqual([key, placeholders(text)]);
    }
  });

  test('no word is empty', () => {
    expect(Object.entries({ ...zh, ...en }).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('every layer, appearance and status has a name', () => {
    const needed = [
      ...LAYERS.map((layer) => `layer.${layer}`),
      ...APPEARANCES.map((name) => `appearance.${name}`),
      ...Object.keys(STATUS_CODES).map((name) => `status.${name}`),
    ];
    expect(needed.filter((key) => !(key in zh))).toEqual([]);
  });
});
