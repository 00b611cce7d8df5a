/** A process with nothing left to do but an alarm that is an hour away. */
import { systemAlarm } from '../../../../adapters/system/alarm.ts';
import { systemClock } from '../../../../adapters/system/clock.ts';

systemAlarm.set(systemClock.now() + 3_600_000, () => process.stdout.write('rang\n'));
process.stdout.write('set\n');
