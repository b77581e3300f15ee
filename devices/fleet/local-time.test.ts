import { expect, test } from 'vitest';
import { LocalClock } from './local-time.ts';

test('a zone five hours east is five hours ahead, over midnight too', () => {
  const clock = new LocalClock('Asia/Almaty');
  expect(clock.at(Date.UTC(2026, 10, 23, 10, 30))).toEqual({ hour: 15.5, day: 20_780, weekend: false });
  expect(clock.at(Date.UTC(2026, 10, 23, 20))).toEqual({ hour: 1, day: 20_781, weekend: false });
});

test('Saturday and Sunday are the weekend where the city is', () => {
  const clock = new LocalClock('Asia/Almaty');
  const days = [20, 21, 22, 23].map((date) => clock.at(Date.UTC(2026, 10, date, 12)).weekend);
  expect(days).toEqual([false, true, true, false]);
  expect(clock.at(Date.UTC(2026, 10, 20, 20)).weekend).toBe(true);
});

test('summer time is followed', () => {
  const clock = new LocalClock('Europe/Berlin');
  expect(clock.at(Date.UTC(2026, 0, 1, 12)).hour).toBe(13);
  expect(clock.at(Date.UTC(2026, 6, 1, 12)).hour).toBe(14);
});
