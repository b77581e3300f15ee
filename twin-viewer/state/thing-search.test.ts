import { describe, expect, test } from 'vitest';
import { type Findable, findBest } from './thing-search.ts';

const item = (id: string, zh: string, en: string, local: string, ...words: string[]): Findable => ({
  id,
  name: { zh, en, local },
  words,
});

const CITY = [
  item('level-03', '伊希姆河 三号水位站', 'Ishim level 3', 'Есіл 3', '河道水位'),
  item('air-0001', '奎希迪娜街 2 号空气站', 'Kuishi Dina St air station 2', 'Күйші Дина көшесі 2', '空气', 'Almaty'),
  item('energy-0906', '和平街 3 号楼', 'Beibitshilik St building 3', 'Бейбітшілік көшесі 3', '建筑能耗'),
  item('level-030', '运河水位站', 'Canal level', 'Канал', '河道水位'),
];
const found = (query: string, limit = 10) => findBest(CITY, query, limit).map(({ id }) => id);

describe('search', () => {
  test.each([
    ['水位', ['level-030', 'level-03']],
    ['和平', ['energy-0906']],
    ['ishim', ['level-03']],
    ['DINA', ['air-0001']],
    ['бейбіт', ['energy-0906']],
    ['Күйші', ['air-0001']],
    ['куйші', ['air-0001']],
  ])('%s finds by Chinese, English and local names', (query, ids) => {
    expect(found(query)).toEqual(ids);
  });

  test('the whole id comes before ids that only begin so', () => {
    expect(found('level-03')).toEqual(['level-03', 'level-030']);
  });

  test('a name that begins so comes before one that only holds it', () => {
    const items = [item('1', '东和平街', '', ''), item('2', '和平街', '', '')];
    expect(findBest(items, '和平', 2).map(({ id }) => id)).toEqual(['2', '1']);
  });

  test('every word must be found; area and type are words too', () => {
    expect(found('level 3')).toEqual(['level-03', 'level-030']);
    expect(found('空气 almaty')).toEqual(['air-0001']);
    expect(found('ishim air')).toEqual([]);
  });

  test('nothing asked, nothing found; and no more than asked for', () => {
    expect(found('  ')).toEqual([]);
    expect(found('level', 1)).toHaveLength(1);
  });

  test('width and case do not matter', () => {
    expect(found('ＩＳＨＩＭ')).toEqual(['level-03']);
  });
});
