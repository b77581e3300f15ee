import { useMemo } from 'react';
import { type CityTime, cityTime } from './format/city-time.ts';
import { useWords } from './i18n/use-words.ts';
import { useViewer } from './viewer.ts';

/** Times in the zone of the city. */
export function useCityTime(): CityTime {
  const { city } = useViewer();
  const { language } = useWords();
  return useMemo(() => cityTime(city.timeZone, language), [city.timeZone, language]);
}
