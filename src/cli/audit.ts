/**
 * `slowbrute audit`: what would make the guessing at this sshd pointless. It reads the settings of sshd and, where logs are
 * named, what was tried there; it changes nothing. The report goes to standard output, progress and warnings to standard error.
 */
import { detect } from '../detect/detect.ts';
import { type AuditSource, buildAudit } from '../explain/audit.ts';
import { guessingFacts } from '../explain/audit-log.ts';
import type { SshdSettings } from '../explain/audit-settings.ts';
import { DEFAULT_DETECT_OPTIONS } from '../model/detection.ts';
import { Trouble } from '../model/error.ts';
import { renderAudit } from '../show/audit.ts';
import { renderJson } from '../show/json.ts';
import {
  connectionOf,
  realSshdEffects,
  type SshdEffects,
  settingsOfPath,
  settingsOfSshd,
} from './audit-sshd.ts';
import type { CommandEffects } from './effects.ts';
import { loadLog, type TimeOptions } from './load-log.ts';
import { WIDEST } from './scan.ts';
import { hasUnicode, wantsColour } from './write.ts';

export interface AuditOptions extends TimeOptions {
  readonly format: 'text' | 'json';
  /** A file instead of `sshd -T`: an sshd_config, or what `sshd -T` printed; null: this machine's sshd is asked. */
  readonly sshdConfig: string | null;
  /** The program; null: where this machine has it. */
  readonly sshd: string | null;
  /** As `sshd -C` takes it; null: Match blocks are left out. */
  readonly connection: string | null;
  /** Release of OpenSSH that a file is for, e.g. `9.2`; null: the newest known. */
  readonly openssh: string | null;
  /** Columns of the text; null: the terminal's, 80 where there is none. */
  readonly width: number | null;
}

export interface AuditEffects extends CommandEffects {
  /** Left out: the real sshd and the real files. */
  readonly sshd?: SshdEffects;
}

/** Audits and prints. Resolves with 0 where a report could be made, 1 where no log could be read. */
export async function audit(
  paths: readonly string[],
  options: AuditOptions,
  effects: AuditEffects,
): Promise<number> {
  const { settings, source } = settingsFor(options, effects.sshd ?? realSshdEffects());
  const loaded = paths.length === 0 ? null : await loadLog(paths, options, effects);
  if (loaded === null && paths.length > 0) return 1;
  loaded?.progress.say('looking for campaigns');
  const log =
    loaded === null
      ? null
      : {
          paths: loaded.input.paths,
          facts: guessingFacts(loaded.table, detect(loaded.table, DEFAULT_DETECT_OPTIONS)),
        };
  loaded?.progress.erase();
  const report = buildAudit(settings, source, log);
  effects.stdout.write(
    options.format === 'json'
      ? renderJson(report)
      : renderAudit(report, {
          width: options.width ?? Math.min(effects.stdout.columns ?? 80, WIDEST),
          colour: wantsColour(effects.stdout, effects.environment),
          unicode: hasUnicode(effects.environment),
          all: true,
        }),
  );
  return 0;
}

function settingsFor(
  options: AuditOptions,
  sshd: SshdEffects,
): { readonly settings: SshdSettings; readonly source: AuditSource } {
  const { sshdConfig, openssh } = options;
  if (openssh !== null && !/^\d{1,2}\.\d{1,2}$/.test(openssh))
    throw new Trouble(
      'wrong-call',
      `--openssh ${openssh} is no release`,
      'Write it as ssh -V says it, e.g. 9.2',
    );
  const connection = options.connection === null ? null : connectionOf(options.connection);
  if (sshdConfig === null) {
    const { settings, program } = settingsOfSshd(options.sshd, connection, sshd);
    return { settings, source: { from: `${program} -T`, kind: 'dump', connection } };
  }
  const { settings, kind } = settingsOfPath(sshdConfig, connection, openssh, sshd);
  return { settings, source: { from: sshdConfig, kind, connection } };
}
