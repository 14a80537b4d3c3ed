/** Attempts to campaigns. Pure: no file, socket, clock or chance; the same table gives the same detection. */
import type { AttemptTable } from '../model/attempt.ts';
import { DEFAULT_DETECT_OPTIONS, type DetectOptions, type Detection } from '../model/detection.ts';

export function detect(table: AttemptTable, options: DetectOptions = DEFAULT_DETECT_OPTIONS): Detection {
  void table;
  void options;
  return {
    campaigns: [],
    loudSources: [],
    notices: [],
    quietFailures: 0,
    quietSources: 0,
    peopleSources: [],
  };
}
