/** An audit of sshd for a person: what holds, what would help most, what to write where. It decides nothing. */
import type { AuditFinding, AuditReport } from '../explain/audit.ts';
import { counted, listed, shareOf } from '../explain/wording.ts';
import { printable } from '../model/printable.ts';
import { BLANK, item, type Line, type Look, paragraph, printed } from './page.ts';

/** Lines end in a newline; none is wider than the look's width but those to copy, and nothing acts on the terminal. */
export function renderAudit(report: AuditReport, look: Look): string {
  const open = report.findings.filter(({ state }) => state === 'open');
  const closed = report.findings.filter(({ state }) => state === 'closed');
  const useless = report.findings.filter(({ state }) => state === 'no-use');
  const lines: Line[] = [
    ...paragraph(report.says, look, { tone: report.verdict === 'open' ? 'finding' : 'heading' }),
    ...whatWasRead(report, look),
    BLANK,
    ...warnings(report, look),
  ];
  if (open.length > 0)
    lines.push(
      ...section('What would help, most first', look),
      ...open.flatMap((one, i) => finding(one, `${i + 1}.`, look)),
    );
  if (closed.length > 0)
    lines.push(...section('As it should be', look), ...closed.flatMap((one) => finding(one, '-', look)));
  if (useless.length > 0)
    lines.push(
      ...section('What does nothing against guessing by many sources', look),
      ...useless.flatMap((one) => finding(one, '-', look)),
    );
  if (report.lines.length > 0) {
    lines.push(...section('To write into sshd_config; choose, and read the costs first', look));
    for (const line of report.lines) lines.push({ text: `    ${printable(line, 2000)}`, tone: 'plain' });
    lines.push(BLANK, ...report.steps.flatMap((step, i) => item(`${i + 1}.`, step, look)));
  }
  while (lines.at(-1) === BLANK) lines.pop();
  return printed(lines, look);
}

function section(title: string, look: Look): Line[] {
  return [...paragraph(title, look, { tone: 'heading' }), BLANK];
}

function whatWasRead({ sshd, log }: AuditReport, look: Look): Line[] {
  const release = sshd.release === null ? '' : `, OpenSSH ${sshd.release}`;
  const whom =
    sshd.connection === null
      ? ''
      : `, for ${Object.entries(sshd.connection)
          .map(([name, value]) => `${name}=${printable(value)}`)
          .join(', ')}`;
  const defaults =
    sshd.defaults === null
      ? ''
      : sshd.release === null
        ? ` What it does not say is as OpenSSH ${sshd.defaults} has it, because its release is not known: --openssh names it.`
        : ` What it does not say is as OpenSSH ${sshd.defaults} has it.`;
  const lines = paragraph(`Settings: ${printable(sshd.from, 1000)}${release}${whom}.${defaults}`, look, {
    tone: 'faint',
  });
  if (log !== null)
    lines.push(
      ...paragraph(
        `Log: ${listed(
          log.paths.map((path) => printable(path, 1000)),
          3,
        )}.`,
        look,
        { tone: 'faint' },
      ),
    );
  return lines;
}

function warnings({ sshd, log }: AuditReport, look: Look): Line[] {
  const lines: Line[] = [];
  if (log !== null && log.compromised > 0)
    lines.push(
      ...item(
        '!!',
        `SOMEBODY GOT IN: ${counted(log.compromised, 'login')} by participants of a campaign. See that first: slowbrute scan.`,
        look,
        { tone: 'alarm' },
      ),
      BLANK,
    );
  if (sshd.undecided.length > 0)
    lines.push(
      ...item(
        '!',
        `${counted(sshd.undecided.length, 'Match block')} may say otherwise for some: ` +
          `${listed(
            sshd.undecided.map((one) => printable(one)),
            3,
          )}. Ask for one of them: --connection user=NAME,host=NAME,addr=ADDRESS`,
        look,
      ),
      BLANK,
    );
  if (sshd.unknown.length > 0)
    lines.push(
      ...item(
        '!',
        `${counted(sshd.unknown.length, 'line')} with words that are none of sshd's: ` +
          listed(
            sshd.unknown.map(({ where, text }) => `${printable(where, 500)}: ${printable(text)}`),
            3,
          ),
        look,
      ),
      BLANK,
    );
  return lines;
}

function finding(one: AuditFinding, mark: string, look: Look): Line[] {
  const now = one.options.map((option, i) => `${option} ${printable(one.now[i] ?? '', 200)}`).join(', ');
  const lines = item(mark, now, look);
  const indent = mark.length + 1;
  const stops =
    one.stops === null || one.stops.of === 0 ? '' : ` It would have stopped ${stopped(one.stops)}.`;
  lines.push(...paragraph(`${one.says}${one.state === 'open' ? stops : ''}`, look, { indent }));
  if (one.cost !== null) lines.push(...paragraph(`Cost: ${one.cost.says}`, look, { indent }));
  return [...lines, BLANK];
}

function stopped({ attempts, of }: { readonly attempts: number; readonly of: number }): string {
  return `${shareOf(attempts, of, 'attempt')} of this log`;
}
