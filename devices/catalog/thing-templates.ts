import type { DatastreamSpec } from '../model/datastream.ts';
import type { Limit } from '../model/limits.ts';
import type { LocalizedText } from '../model/localized-text.ts';
import type { Priority } from '../model/priority.ts';
import type { KnownThingType } from '../model/thing.ts';

/** What a Thing of one type is called and what it measures where nothing else is said. */
export interface ThingTemplate {
  readonly name: LocalizedText;
  /** Order is the order on screen: the first is the one that stands for the Thing. */
  readonly datastreams: readonly DatastreamSpec[];
}

type Step = readonly [value: number, priority: Priority];

/** Setpoints that a value reaches from below. */
function above(...steps: readonly Step[]): readonly Limit[] {
  return steps.map(([value, priority]) => ({ side: 'above', value, priority }));
}

/** Setpoints that a value reaches from above. */
function below(...steps: readonly Step[]): readonly Limit[] {
  return steps.map(([value, priority]) => ({ side: 'below', value, priority }));
}

/** A measured number; `unit` is a UCUM code, `range` what the instrument can give, `seconds` its interval. */
function measured(
  property: string,
  zh: string,
  en: string,
  unit: string,
  range: readonly [number, number],
  seconds: number,
  ...limits: readonly (readonly Limit[])[]
): DatastreamSpec {
  const spec = { property, name: { zh, en }, resultType: 'number', unit, range, intervalMs: seconds * 1000 } as const;
  return limits.length === 0 ? spec : { ...spec, limits: limits.flat() };
}

/** A contact: 0 or 1; at 0 it is abnormal with `priority`, where one is given. */
function contact(property: string, zh: string, en: string, seconds: number, priority?: Priority): DatastreamSpec {
  const spec = { property, name: { zh, en }, resultType: 'boolean', intervalMs: seconds * 1000 } as const;
  return priority === undefined ? spec : { ...spec, limits: below([0, priority]) };
}

const trafficDetector: ThingTemplate = {
  name: { zh: '交通检测器', en: 'Traffic detector' },
  datastreams: [
    measured(
      'occupancy',
      '车道占有率',
      'Lane occupancy',
      '%',
      [0, 100],
      5,
      above([85, 'low'], [92, 'medium'], [96, 'high']),
    ),
    measured('flow', '流量', 'Flow', '{veh}/h', [0, 7200], 5),
    measured('speed', '平均车速', 'Mean speed', 'km/h', [0, 150], 5, below([4, 'low'], [2, 'medium'])),
    measured(
      'queue',
      '排队长度',
      'Queue length',
      'm',
      [0, 600],
      5,
      above([250, 'low'], [350, 'medium'], [450, 'high']),
    ),
  ],
};

const parking: ThingTemplate = {
  name: { zh: '停车场', en: 'Car park' },
  datastreams: [
    measured('occupancy', '占用率', 'Occupancy', '%', [0, 100], 10, above([95, 'low'], [99, 'medium'])),
    measured('free', '空余车位', 'Free spaces', '{space}', [0, 5000], 10),
    measured('occupied', '已停车位', 'Occupied spaces', '{space}', [0, 5000], 10),
    measured('entry-rate', '驶入率', 'Entry rate', '{veh}/h', [0, 1200], 10),
  ],
};

/** Limits are the upper ends of the bands of HJ 633-2012, table 1 (24 h for particles, 1 h for gases). */
const airStation: ThingTemplate = {
  name: { zh: '空气质量站', en: 'Air quality station' },
  datastreams: [
    measured(
      'pm25',
      'PM2.5',
      'PM2.5',
      'ug/m3',
      [0, 1000],
      15,
      above([75, 'low'], [115, 'medium'], [150, 'high'], [250, 'urgent']),
    ),
    measured(
      'pm10',
      'PM10',
      'PM10',
      'ug/m3',
      [0, 2000],
      15,
      above([150, 'low'], [250, 'medium'], [350, 'high'], [420, 'urgent']),
    ),
    measured(
      'no2',
      '二氧化氮',
      'Nitrogen dioxide',
      'ug/m3',
      [0, 4000],
      15,
      above([200, 'low'], [700, 'medium'], [1200, 'high']),
    ),
    measured('o3', '臭氧', 'Ozone', 'ug/m3', [0, 1200], 15, above([200, 'low'], [300, 'medium'], [400, 'high'])),
    measured(
      'so2',
      '二氧化硫',
      'Sulphur dioxide',
      'ug/m3',
      [0, 2700],
      15,
      above([500, 'low'], [650, 'medium'], [800, 'high']),
    ),
    measured(
      'co',
      '一氧化碳',
      'Carbon monoxide',
      'mg/m3',
      [0, 150],
      15,
      above([10, 'low'], [35, 'medium'], [60, 'high']),
    ),
  ],
};

/** Wind limits are the gale grades of GB/T 28591 (8: 17.2 m/s, 9: 20.8 m/s, 10: 24.5 m/s, 12: 32.7 m/s). */
const weatherStation: ThingTemplate = {
  name: { zh: '气象站', en: 'Weather station' },
  datastreams: [
    measured(
      'temperature',
      '气温',
      'Air temperature',
      'Cel',
      [-60, 60],
      10,
      above([35, 'low'], [37, 'medium'], [40, 'high']),
      below([-30, 'low'], [-35, 'medium'], [-40, 'high']),
    ),
    measured('humidity', '相对湿度', 'Relative humidity', '%', [0, 100], 10),
    measured(
      'wind-speed',
      '风速',
      'Wind speed',
      'm/s',
      [0, 75],
      10,
      above([17.2, 'low'], [20.8, 'medium'], [24.5, 'high'], [32.7, 'urgent']),
    ),
    measured('wind-direction', '风向', 'Wind direction', 'deg', [0, 360], 10),
    measured('pressure', '气压', 'Air pressure', 'hPa', [800, 1100], 10),
    measured(
      'rain',
      '雨强',
      'Rain intensity',
      'mm/h',
      [0, 300],
      10,
      above([16, 'low'], [30, 'medium'], [50, 'high'], [80, 'urgent']),
    ),
  ],
};

const waterLevel: ThingTemplate = {
  name: { zh: '水位站', en: 'Water level station' },
  datastreams: [
    measured(
      'level',
      '水位',
      'Water level',
      'm',
      [0, 8],
      5,
      above([2.6, 'low'], [2.8, 'medium'], [3, 'high'], [3.2, 'urgent']),
    ),
    measured('flow', '流量', 'Discharge', 'm3/s', [0, 1200], 5, above([350, 'low'], [500, 'medium'], [700, 'high'])),
    measured(
      'rise',
      '水位涨率',
      'Rate of rise',
      'cm/h',
      [-100, 100],
      5,
      above([15, 'low'], [25, 'medium'], [40, 'high']),
    ),
    measured('temperature', '水温', 'Water temperature', 'Cel', [-2, 40], 10),
  ],
};

const substation: ThingTemplate = {
  name: { zh: '变电站', en: 'Substation' },
  datastreams: [
    measured(
      'load',
      '主变负载率',
      'Transformer load',
      '%',
      [0, 150],
      5,
      above([85, 'low'], [95, 'medium'], [105, 'high'], [120, 'urgent']),
    ),
    measured('power', '有功功率', 'Active power', 'MW', [0, 250], 5),
    measured('voltage', '母线电压', 'Busbar voltage', 'kV', [0, 300], 5),
    measured(
      'oil-temperature',
      '主变油温',
      'Transformer oil temperature',
      'Cel',
      [-50, 150],
      10,
      above([80, 'low'], [85, 'medium'], [95, 'high'], [105, 'urgent']),
    ),
    contact('breaker-closed', '进线断路器合位', 'Incoming breaker closed', 10, 'high'),
  ],
};

/** One generating unit of a heat and power plant: boiler, turbine, generator and its step-up transformer. */
const powerPlant: ThingTemplate = {
  name: { zh: '热电机组', en: 'Heat and power unit' },
  datastreams: [
    measured('power', '有功功率', 'Active power', 'MW', [0, 150], 2),
    measured('heat', '供热功率', 'Heat output', 'MW', [0, 300], 5),
    measured(
      'frequency',
      '频率',
      'Frequency',
      'Hz',
      [45, 55],
      2,
      above([50.2, 'medium'], [50.5, 'high']),
      below([49.8, 'medium'], [49.5, 'high']),
    ),
    measured('voltage', '机端电压', 'Terminal voltage', 'kV', [0, 24], 5),
    measured('power-factor', '功率因数', 'Power factor', '1', [-1, 1], 5),
    measured(
      'steam-pressure',
      '主汽压力',
      'Main steam pressure',
      'MPa',
      [0, 20],
      5,
      above([14.2, 'medium'], [14.7, 'high'], [15.2, 'urgent']),
    ),
    measured(
      'steam-temperature',
      '主汽温度',
      'Main steam temperature',
      'Cel',
      [0, 650],
      5,
      above([565, 'low'], [570, 'medium'], [580, 'high']),
    ),
    measured('steam-flow', '主汽流量', 'Main steam flow', 't/h', [0, 700], 5),
    measured(
      'drum-level',
      '汽包水位',
      'Drum level',
      'mm',
      [-400, 400],
      5,
      above([100, 'medium'], [200, 'high']),
      below([-100, 'medium'], [-200, 'high']),
    ),
    measured(
      'furnace-pressure',
      '炉膛压力',
      'Furnace pressure',
      'Pa',
      [-3000, 3000],
      5,
      above([500, 'medium'], [1500, 'high']),
      below([-1000, 'medium']),
    ),
    measured('flue-oxygen', '烟气含氧量', 'Flue gas oxygen', '%', [0, 21], 5),
    measured(
      'flue-temperature',
      '排烟温度',
      'Flue gas temperature',
      'Cel',
      [0, 400],
      10,
      above([165, 'low'], [180, 'medium']),
    ),
    measured('speed', '汽机转速', 'Turbine speed', '{r}/min', [0, 4000], 2, above([3060, 'medium'], [3300, 'urgent'])),
    measured(
      'vibration',
      '轴承振动',
      'Bearing vibration',
      'mm/s',
      [0, 50],
      5,
      above([7.1, 'low'], [9, 'medium'], [11.8, 'high']),
    ),
    measured(
      'bearing-temperature',
      '轴承温度',
      'Bearing temperature',
      'Cel',
      [0, 150],
      10,
      above([85, 'low'], [95, 'medium'], [105, 'high']),
    ),
    measured(
      'vacuum',
      '凝汽器压力',
      'Condenser pressure',
      'kPa',
      [0, 101],
      10,
      above([13, 'low'], [18, 'medium'], [25, 'high']),
    ),
    measured(
      'winding-temperature',
      '定子绕组温度',
      'Stator winding temperature',
      'Cel',
      [0, 200],
      10,
      above([110, 'low'], [120, 'medium'], [130, 'high']),
    ),
    measured(
      'oil-temperature',
      '主变油温',
      'Transformer oil temperature',
      'Cel',
      [-50, 150],
      10,
      above([80, 'low'], [85, 'medium'], [95, 'high']),
    ),
    measured('nox', '氮氧化物排放', 'NOx emission', 'mg/m3', [0, 2000], 15, above([450, 'low'], [600, 'medium'])),
    contact('breaker-closed', '发电机出口断路器合位', 'Generator breaker closed', 5, 'high'),
  ],
};

/** One line of a water works: pump, its filter and its clear water tank. Limits of the water are those of GB 5749-2022. */
const waterPlant: ThingTemplate = {
  name: { zh: '供水机组', en: 'Water supply line' },
  datastreams: [
    measured('flow', '出水流量', 'Outlet flow', 'm3/h', [0, 6000], 5),
    measured(
      'pressure',
      '出水压力',
      'Outlet pressure',
      'MPa',
      [0, 1.6],
      5,
      above([0.75, 'medium'], [0.9, 'high']),
      below([0.2, 'medium'], [0.14, 'high']),
    ),
    measured('turbidity', '浊度', 'Turbidity', '{NTU}', [0, 100], 10, above([1, 'medium'], [3, 'high'], [5, 'urgent'])),
    measured(
      'chlorine',
      '余氯',
      'Free chlorine',
      'mg/L',
      [0, 10],
      10,
      above([2, 'medium']),
      below([0.3, 'medium'], [0.1, 'high']),
    ),
    measured('ph', 'pH 值', 'pH', '[pH]', [0, 14], 10, above([8.5, 'medium']), below([6.5, 'medium'])),
    measured(
      'tank-level',
      '清水池水位',
      'Clear water tank level',
      'm',
      [0, 6],
      5,
      above([5.4, 'medium'], [5.8, 'high']),
      below([1.2, 'medium'], [0.6, 'high']),
    ),
    measured('head-loss', '滤池水头损失', 'Filter head loss', 'm', [0, 4], 10, above([2, 'low'], [2.5, 'medium'])),
    measured('current', '电机电流', 'Motor current', 'A', [0, 800], 5),
    measured('power', '电机功率', 'Motor power', 'kW', [0, 1000], 5),
    measured(
      'vibration',
      '水泵振动',
      'Pump vibration',
      'mm/s',
      [0, 50],
      5,
      above([4.5, 'low'], [7.1, 'medium'], [11, 'high']),
    ),
    measured(
      'bearing-temperature',
      '轴承温度',
      'Bearing temperature',
      'Cel',
      [-20, 150],
      10,
      above([75, 'low'], [85, 'medium'], [95, 'high']),
    ),
    contact('running', '水泵运行', 'Pump running', 10),
  ],
};

const busStop: ThingTemplate = {
  name: { zh: '公交站', en: 'Bus stop' },
  datastreams: [
    measured('waiting', '候车人数', 'Waiting passengers', '{person}', [0, 400], 10, above([60, 'low'], [90, 'medium'])),
    measured('next-arrival', '下一班到站', 'Next arrival', 'min', [0, 120], 10, above([25, 'low'], [40, 'medium'])),
    measured('boarding', '上车率', 'Boarding rate', '{person}/h', [0, 3000], 10),
    measured('temperature', '站亭温度', 'Shelter temperature', 'Cel', [-60, 60], 15),
  ],
};

const buildingEnergy: ThingTemplate = {
  name: { zh: '建筑能耗', en: 'Building energy' },
  datastreams: [
    measured('power', '用电功率', 'Electric power', 'kW', [0, 20_000], 10),
    measured('energy', '累计用电量', 'Electric energy', 'kW.h', [0, 1e9], 15),
    measured('water', '用水流量', 'Water flow', 'm3/h', [0, 500], 10),
    measured(
      'load',
      '负荷率',
      'Load against capacity',
      '%',
      [0, 150],
      10,
      above([92, 'low'], [100, 'medium'], [110, 'high']),
    ),
  ],
};

/**
 * The demo city's instruments. With about 1,700 buildings, 475 car parks, 428 junctions and 390 stops they come to
 * about 13,000 datastreams and 1,500 observations a second.
 */
export const THING_TEMPLATES: Readonly<Record<KnownThingType, ThingTemplate>> = {
  'traffic-detector': trafficDetector,
  parking,
  'air-station': airStation,
  'weather-station': weatherStation,
  'water-level': waterLevel,
  substation,
  'power-plant': powerPlant,
  'water-plant': waterPlant,
  'bus-stop': busStop,
  'building-energy': buildingEnergy,
};
