import { expect, test } from 'vitest';
import { textIn } from './localized-text.ts';

test.each([
  [{ zh: '河', en: 'River', local: 'Есіл' }, '河', 'River'],
  [{ zh: '河', local: 'Есіл' }, '河', 'Есіл'],
  [{ en: 'River' }, 'River', 'River'],
  [{ zh: '河' }, '河', '河'],
  [{ local: 'Есіл' }, 'Есіл', 'Есіл'],
])('%j: that language, else the local form, else the other', (text, zh, en) => {
  expect([textIn(text, 'zh'), textIn(text, 'en')]).toEqual([zh, en]);
});
