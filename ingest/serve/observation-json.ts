import type { Catalog } from '#devices/catalog/catalog.ts';
import type { ResultType } from '#devices/model/datastream.ts';
import { statusName } from '#devices/model/status-code.ts';
import { formatInstant } from '#devices/time/instant.ts';
import type { ObservationJson, StateJson } from '#devices/wire/api.ts';
import type { CityState, StoredObservation } from '../historian/historian.ts';

/** One observation in the words of the API. `value` NaN or undefined: Bad without a result. */
export function observationJson(
  datastream: string,
  resultType: ResultType,
  observation: Omit<StoredObservation, 'index' | 'position'> & { readonly position?: number },
): ObservationJson {
  return {
    datastream,
    time: formatInstant(observation.time),
    receivedTime: formatInstant(observation.receivedTime),
    result: resultJson(resultType, observation.value),
    status: statusName(observation.status),
    statusCode: observation.status,
    ...(observation.position !== undefined && observation.position >= 0 && { position: observation.position }),
  };
}

function resultJson(resultType: ResultType, value: number | string | undefined): ObservationJson['result'] {
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return null;
  return resultType === 'boolean' ? value !== 0 : value;
}

/** The whole city; datastreams that the catalog does not know are left out. */
export function stateJson(catalog: Catalog, at: number, state: CityState): StateJson {
  const { batch, texts } = state;
  const observations: ObservationJson[] = [];
  for (let i = 0; i < batch.count; i++) {
    const stream = catalog.datastream(batch.index[i] as number);
    if (stream === undefined) continue;
    observations.push(
      observationJson(stream.id, stream.resultType, {
        time: batch.time[i] as number,
        receivedTime: batch.receivedTime[i] as number,
        value: batch.value[i] as number,
        status: batch.status[i] as number,
        position: batch.position[i] as number,
      }),
    );
  }
  for (const text of texts) {
    const stream = catalog.datastream(text.index);
    if (stream !== undefined) observations.push(observationJson(stream.id, stream.resultType, text));
  }
  return { at: formatInstant(at), observations };
}
