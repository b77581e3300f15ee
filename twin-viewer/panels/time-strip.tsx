import { useStore } from 'zustand/react';
import { SPEEDS } from '../player/playback-speed.ts';
import { changeSpeed, playOrPause } from './commands.ts';
import { useWords } from './i18n/use-words.ts';
import { Icon, type IconName } from './icons.tsx';
import { TimeAxis } from './time-axis.tsx';
import { useViewer } from './viewer.ts';

/** Which moment is shown: buttons at the left, the last hour at the right. */
export function TimeStrip() {
  const viewer = useViewer();
  const { player } = viewer;
  const { mode, playing, speed } = useStore(player.store);
  const { t } = useWords();
  const isLive = mode === 'live';
  return (
    <section className={isLive ? 'panel time-strip' : 'panel time-strip is-replay'} aria-label={t('time.title')}>
      <div className="transport">
        <Transport icon="step-back" label={t('time.stepBack')} onPress={() => player.step(-1)} />
        <Transport
          icon={playing ? 'pause' : 'play'}
          label={t(playing ? 'time.pause' : 'time.play')}
          onPress={() => playOrPause(viewer)}
        />
        <Transport
          icon="step-forward"
          label={t('time.stepForward')}
          isDisabled={isLive}
          onPress={() => player.step(1)}
        />
        <button type="button" className="live-button" aria-pressed={isLive} onClick={() => player.goLive()}>
          {t('time.live')}
        </button>
        <div className="speed">
          <Transport
            icon="minus"
            label={t('time.slower')}
            isDisabled={speed === SPEEDS[0]}
            onPress={() => changeSpeed(viewer, -1)}
          />
          <span className="tabular" title={t('time.speed')}>
            {speed}×
          </span>
          <Transport
            icon="plus"
            label={t('time.faster')}
            isDisabled={speed === SPEEDS.at(-1)}
            onPress={() => changeSpeed(viewer, 1)}
          />
        </div>
      </div>
      <TimeAxis />
    </section>
  );
}

interface TransportProps {
  readonly icon: IconName;
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
}

function Transport({ icon, label, isDisabled = false, onPress }: TransportProps) {
  return (
    <button
      type="button"
      className="quiet square"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
