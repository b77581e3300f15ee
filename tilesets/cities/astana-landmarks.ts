import type { LocalizedText } from '#devices/model/localized-text.ts';
import type { BuildingOverride } from '../read/pack.ts';

interface Landmark extends BuildingOverride {
  /** Rank of its label; absent: no label. */
  readonly rank?: 1 | 2 | 3;
}

/** A hall under a flat dome. */
const LOW_DOME: Landmark['profile'] = [
  [1, -1.2],
  [1, 13],
  [0.86, 20],
  [0.64, 25.5],
  [0.36, 29],
  [0, 30],
];

/**
 * Buildings that people know, by feature id: Chinese and English names are ours, and so are the heights (m) where one
 * is given. Heights: Khan Shatyr 150 (with spire), Hazret Sultan 77 (minarets; the dome 51), Ak Orda 80 (with spire),
 * Transport Tower 155, Abu Dhabi Plaza 311 (tower), Nur Alem 100 (ball of 80), as published by their builders; the
 * arena, the two sports halls and the halls of the two heat plants are estimated.
 */
export const LANDMARKS: Readonly<Record<string, Landmark>> = {
  'osm:way/230401645': {
    name: { zh: '巴伊捷列克塔', en: 'Bayterek' },
    height: 105,
    rank: 1,
    radius: 11,
    profile: tower(83, 94, 11),
  },
  'osm:way/230401644': { partOf: 'osm:way/230401645' },
  'osm:way/460703777': { partOf: 'osm:way/108292453' },
  'osm:way/460703778': { partOf: 'osm:way/108292453' },
  'osm:way/108292453': {
    name: { zh: '可汗沙特尔', en: 'Khan Shatyr' },
    height: 150,
    rank: 1,
    profile: [
      [1, -1.2],
      [1, 9],
      [0.82, 24],
      [0.62, 38],
      [0.43, 54],
      [0.26, 72],
      [0.13, 88],
      [0.04, 98],
      [0.02, 120],
      [0, 150],
    ],
  },
  'osm:way/166198046': { name: { zh: '总统府', en: 'Ak Orda' }, rank: 1 },
  'osm:way/166197368': {
    name: { zh: '和平与和谐宫', en: 'Palace of Peace' },
    rank: 1,
    profile: [
      [1.35, -1.2],
      [1, 15],
      [0, 77],
    ],
  },
  'osm:way/240860325': {
    name: { zh: '苏丹大清真寺', en: 'Hazret Sultan Mosque' },
    height: 51,
    rank: 1,
    profile: [
      [1, -1.2],
      [1, 20],
      [0.5, 21.5],
      [0.47, 32],
      [0.4, 40],
      [0.26, 47],
      [0.1, 50.2],
      [0, 51],
    ],
  },
  'osm:way/454857501': {
    name: { zh: '努尔阿莱姆', en: 'Nur Alem' },
    height: 100,
    rank: 1,
    radius: 42,
    profile: [[1.2, -1.2], [1.2, 8], [0.5, 19], ...ball(-0.9, 58, 42)],
  },
  'osm:way/166223262': {
    name: { zh: '阿斯塔纳体育场', en: 'Astana Arena' },
    height: 36,
    rank: 2,
    profile: [
      [0.97, -1.2],
      [1, 21],
      [0.9, 29],
      [0.6, 34],
      [0.3, 35.6],
      [0, 36],
    ],
  },
  'osm:way/240873345': { name: { zh: '独立宫', en: 'Palace of Independence' }, rank: 2 },
  'osm:way/230403281': { name: { zh: '最高法院', en: 'Supreme Court' }, rank: 3 },
  'osm:way/230403290': { name: { zh: '政府大楼', en: 'House of Government' }, rank: 2 },
  'osm:way/258246821': { name: { zh: '交通大厦', en: 'Transport Tower' }, height: 155, rank: 2 },
  'osm:way/350186370': { name: { zh: '哈萨克斯坦铁路大厦', en: 'Kazakhstan Temir Zholy' }, rank: 2 },
  'osm:way/486561786': { name: { zh: '阿布扎比广场', en: 'Abu Dhabi Plaza' }, height: 311, rank: 1 },
  'osm:way/230361899': { name: { zh: '翡翠大厦', en: 'Emerald Towers' }, rank: 2 },
  'osm:way/230358851': { name: { zh: '北极光三号楼', en: 'Northern Lights 3' }, rank: 3 },
  'osm:way/230358852': { name: { zh: '北极光一号楼', en: 'Northern Lights 1' } },
  'osm:way/230358853': { name: { zh: '北极光二号楼', en: 'Northern Lights 2' } },
  'osm:way/230358855': { name: { zh: '国家学术图书馆', en: 'National Academic Library' }, rank: 3 },
  'osm:way/230361896': { name: { zh: '哈萨克传媒中心', en: 'Kazmedia' }, rank: 3 },
  'osm:way/263617534': { name: { zh: '萨姆鲁克—卡泽纳', en: 'Samruk-Kazyna' }, rank: 3 },
  'osm:way/166265821': {
    name: { zh: '萨雷阿尔卡自行车馆', en: 'Saryarka Velodrome' },
    height: 30,
    rank: 2,
    profile: LOW_DOME,
  },
  'osm:way/166267459': { name: { zh: '阿劳冰宫', en: 'Alau Ice Palace' }, height: 30, rank: 2, profile: LOW_DOME },
  'osm:way/424894670': { name: { zh: '纳扎尔巴耶夫大学', en: 'Nazarbayev University' }, rank: 2 },
  'osm:way/424923382': { name: { zh: '首任总统图书馆', en: 'First President Library' }, rank: 3 },
  'osm:way/424980293': { name: { zh: '努尔勒若尔火车站', en: 'Nurly Zhol Station' }, rank: 2 },
  'osm:way/240592107': { name: { zh: '圣母升天大教堂', en: 'Assumption Cathedral' }, rank: 3 },
  'osm:way/242364773': { name: { zh: '道莱特网球中心', en: 'Daulet Tennis Centre' }, rank: 3 },
  'osm:way/240909210': { name: { zh: '萨雷阿尔卡购物中心', en: 'Sary Arka Mall' }, rank: 3 },
  'osm:way/240502747': { name: { zh: '阿斯塔纳购物中心', en: 'Astana Mall' }, rank: 3 },
  'osm:way/240921034': { name: { zh: '杜曼海洋馆', en: 'Duman' }, rank: 3 },
  'osm:way/499328514': { name: { zh: '丝路广场', en: 'Mega Silk Way' }, rank: 3 },
  'osm:way/51431624': { name: { zh: '首任总统博物馆', en: 'First President Museum' }, rank: 3 },
  'osm:way/24805340': { name: { zh: '萨帕尔扎伊客运站', en: 'Saparzhai Bus Station' }, rank: 3 },
  'osm:way/108096984': { name: { zh: '克鲁恩购物中心', en: 'Keruen Mall' } },
  'osm:way/258628267': { name: { zh: '第二热电厂主厂房', en: 'TETs-2 main hall' }, height: 38 },
  'osm:way/500375662': { name: { zh: '东区热源厂主厂房', en: 'East heat plant hall' }, height: 26 },
  'osm:way/243041479': { name: { zh: '万豪酒店', en: 'Marriott' } },
};

/** A shaft that widens to a ball of `radius` about `middle`: levels as shares of the radius. */
function tower(neck: number, middle: number, radius: number): [number, number][] {
  return [
    [0.95, -1.2],
    [0.5, 6],
    [0.32, 20],
    [0.3, 60],
    [0.38, neck - 8],
    [0.5, neck],
    ...ball(-Math.PI / 3, middle, radius),
  ];
}

/** Levels of a ball from an angle below its equator (radians) to its top. */
function ball(from: number, middle: number, radius: number): [number, number][] {
  return Array.from({ length: 10 }, (_, i): [number, number] => {
    const angle = from + ((Math.PI / 2 - from) * (i + 1)) / 10;
    return [i === 9 ? 0 : Math.cos(angle), middle + Math.sin(angle) * radius];
  });
}

interface NamedPlace {
  readonly kind: 'district' | 'water' | 'green' | 'landmark' | 'place';
  readonly name: LocalizedText;
  readonly lon: number;
  readonly lat: number;
  readonly rank: 0 | 1 | 2 | 3 | 4;
}

/** Names on the ground whose place is chosen by hand. */
export const NAMED_PLACES: readonly NamedPlace[] = [
  {
    kind: 'district',
    name: { zh: '萨雷阿尔卡区', en: 'Saryarka', local: 'Сарыарка' },
    lon: 71.385,
    lat: 51.178,
    rank: 0,
  },
  { kind: 'district', name: { zh: '拜科努尔区', en: 'Baikonyr', local: 'Байқоңыр' }, lon: 71.44, lat: 51.197, rank: 0 },
  { kind: 'district', name: { zh: '阿拉木图区', en: 'Almaty', local: 'Алматы' }, lon: 71.487, lat: 51.146, rank: 0 },
  { kind: 'district', name: { zh: '叶西尔区', en: 'Esil', local: 'Есіл' }, lon: 71.423, lat: 51.111, rank: 0 },
  { kind: 'district', name: { zh: '努拉区', en: 'Nura', local: 'Нұра' }, lon: 71.375, lat: 51.125, rank: 0 },
  { kind: 'place', name: { zh: '左岸新区', en: 'Left Bank' }, lon: 71.4265, lat: 51.1255, rank: 1 },
  { kind: 'water', name: { zh: '伊希姆河', en: 'Ishim', local: 'Есіл' }, lon: 71.4372, lat: 51.1425, rank: 0 },
  { kind: 'water', name: { zh: '伊希姆河', en: 'Ishim', local: 'Есіл' }, lon: 71.4505, lat: 51.1105, rank: 1 },
  { kind: 'water', name: { zh: '伊希姆河', en: 'Ishim', local: 'Есіл' }, lon: 71.515, lat: 51.1021, rank: 2 },
  { kind: 'water', name: { zh: '阿克布拉克河', en: 'Ak Bulak', local: 'Ақбұлақ' }, lon: 71.4697, lat: 51.16, rank: 3 },
  {
    kind: 'water',
    name: { zh: '塔勒德科尔湖', en: 'Lake Taldykol', local: 'Талдыколь' },
    lon: 71.334,
    lat: 51.115,
    rank: 1,
  },
  { kind: 'green', name: { zh: '总统公园', en: 'President Park' }, lon: 71.4545, lat: 51.1225, rank: 2 },
  { kind: 'green', name: { zh: '阿斯塔纳公园', en: 'Astana Park' }, lon: 71.416, lat: 51.1565, rank: 2 },
  { kind: 'green', name: { zh: '恋人公园', en: 'Lovers Park' }, lon: 71.408, lat: 51.1325, rank: 3 },
  { kind: 'green', name: { zh: '祖国保卫者公园', en: 'Defenders Park' }, lon: 71.457, lat: 51.153, rank: 3 },
  { kind: 'place', name: { zh: '世博园', en: 'Expo' }, lon: 71.4135, lat: 51.0915, rank: 2 },
  { kind: 'landmark', name: { zh: '阿斯塔纳歌剧院', en: 'Astana Opera' }, lon: 71.4106, lat: 51.1351, rank: 2 },
  { kind: 'landmark', name: { zh: '国家博物馆', en: 'National Museum' }, lon: 71.4694, lat: 51.1182, rank: 2 },
  { kind: 'landmark', name: { zh: '欧亚大学', en: 'Gumilyov University' }, lon: 71.4672, lat: 51.1595, rank: 3 },
  {
    kind: 'landmark',
    name: { zh: '努尔阿斯塔纳清真寺', en: 'Nur Astana Mosque' },
    lon: 71.4157,
    lat: 51.1267,
    rank: 3,
  },
  { kind: 'landmark', name: { zh: '第二热电厂', en: 'TETs-2' }, lon: 71.509, lat: 51.19, rank: 2 },
  { kind: 'place', name: { zh: '阿拉套小区', en: 'Alatau' }, lon: 71.4501, lat: 51.162, rank: 3 },
  { kind: 'place', name: { zh: '扎列奇内', en: 'Zarechny' }, lon: 71.4384, lat: 51.1071, rank: 3 },
  { kind: 'place', name: { zh: '铁路村', en: 'Zheleznodorozhny' }, lon: 71.5724, lat: 51.1482, rank: 2 },
  { kind: 'place', name: { zh: '国际村', en: 'Internatsionalny' }, lon: 71.5962, lat: 51.126, rank: 2 },
];
