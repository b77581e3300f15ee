import { expect, test } from 'vitest';
import { isTopicLevel } from './thing.ts';

test.each(['a', 'level-03', '水位', '🌡', 'a b', 'a.b:c', 'a$', '__proto__', 'x'.repeat(128)])(
  '"%s" is a topic level',
  (text) => {
    expect(isTopicLevel(text)).toBe(true);
  },
);

test.each(['', '$meta', 'a/b', '+', 'a+', '#', 'a\u0000', 'a\n', '\u007f', '\ud800', 'a\udc00', 'x'.repeat(129)])(
  '"%s" is not a topic level',
  (text) => {
    expect(isTopicLevel(text)).toBe(false);
  },
);
