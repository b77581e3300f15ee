import type { KnownThingType } from '../model/thing.ts';
import { above, below, contact, measured, type ThingTemplate } from './instruments.ts';
import { powerPlant, waterPlant } from './works-templates.ts';

export type { ThingTemplate } from './instruments.ts';

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
