import { parseBrokerUrl } from '../source/mqtt-client/broker-address.ts';
import { DEFAULT_TOPICS, isShareName, isTopicFilter } from '../source/mqtt-client/topic-filters.ts';
import { listSetting, optionalText, pathSetting, textSetting } from './setting.ts';

/** The settings of external MQTT brokers. */
export const MQTT_BROKER_SETTINGS = {
  'mqtt-broker-url': listSetting(
    {
      placeholder: 'URL,…',
      about: 'External MQTT brokers to read',
      allowed: 'mqtt:// or mqtts:// URLs without user and password, e.g. mqtts://broker.example.org:8883',
      fallbackText: 'none',
    },
    (text) => parseBrokerUrl(text)?.url,
  ),
  'mqtt-broker-user': optionalText({
    placeholder: 'NAME',
    about: 'User name at the external brokers',
    fallbackText: 'none',
    allowed: 'one line of 1 to 256 characters',
    isAllowed: (text) => /^[^\p{Cc}]{1,256}$/u.test(text),
  }),
  'mqtt-broker-password-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'Holds the password of that user',
    fallbackText: 'none',
  }),
  'mqtt-broker-ca-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'PEM certificates of the authority that signed the certificates of mqtts:// brokers',
    fallbackText: 'the well-known authorities',
  }),
  'mqtt-broker-cert-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'PEM certificate by which mqtts:// brokers know us',
    fallbackText: 'none',
  }),
  'mqtt-broker-key-file': pathSetting(undefined, {
    placeholder: 'FILE',
    about: 'PEM key of that certificate',
    fallbackText: 'none',
  }),
  'mqtt-broker-client-id': optionalText({
    placeholder: 'ID',
    about: 'Our client id, by which the brokers know our session; each process its own',
    fallbackText: 'made once and kept in data-dir',
    allowed: '1 to 128 printable ASCII characters without spaces',
    isAllowed: (text) => /^[\x21-\x7e]{1,128}$/.test(text),
  }),
  'mqtt-broker-share': optionalText({
    placeholder: 'GROUP',
    about: 'Several processes with the same group share the messages of the external brokers',
    fallbackText: 'none: this process gets all',
    allowed: 'a name of 1 to 128 characters without spaces, / + and #',
    isAllowed: isShareName,
  }),
  'mqtt-broker-topics': listSetting(
    {
      placeholder: 'FILTER,…',
      about: 'What is subscribed to at the external brokers, at QoS 1',
      allowed: 'MQTT topic filters, e.g. twin/+/level',
      fallbackText: DEFAULT_TOPICS.join(', '),
    },
    (text) => (isTopicFilter(text) && !text.startsWith('$share/') ? text : undefined),
  ),
  'mqtt-broker-version': textSetting('5', {
    placeholder: 'VERSION',
    about: 'MQTT version that the external brokers speak',
    allowed: '5 or 3.1.1',
    pattern: /^(5|3\.1\.1)$/,
  }),
} as const;
