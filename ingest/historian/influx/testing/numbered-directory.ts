import type { DatastreamDirectory } from '../series-names.ts';

/** Datastreams of a few Things with four properties each; indexes from 100 on are texts, as the contract has them. */
export const numberedDirectory: DatastreamDirectory = {
  datastreamCount: 200,
  datastream: (index) =>
    index < 200
      ? {
          property: ['level', 'flow rate', 'a,b="c"', '水位\\'][index % 4] as string,
          resultType: index < 100 ? 'number' : 'text',
        }
      : undefined,
  thingOf: (index) => (index < 200 ? { id: `Thing ${index >> 2}, '${index >> 2}'\\` } : undefined),
};
