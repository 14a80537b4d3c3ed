/** Attempts of a finished log into the rows of its table; what two voices told of is taken out at its end. */
import { NO_USER, SSHD_SERVICE } from '../model/attempt.ts';
import type { AttemptTableBuilder } from '../model/table.ts';
import { SecondVoices } from './second-voices.ts';
import type { AttemptSink, Mark } from './sink.ts';

export class TableSink implements AttemptSink<number> {
  readonly #builder: AttemptTableBuilder;
  readonly #voices: SecondVoices;

  constructor(builder: AttemptTableBuilder) {
    this.#builder = builder;
    this.#voices = new SecondVoices(builder);
  }

  append(
    time: number,
    source: string,
    user: string | null,
    sensor: string,
    outcome: number,
    account: number,
    method: number,
    service: string,
    mark: Mark,
  ): number {
    const builder = this.#builder;
    return builder.appendCodes(
      time,
      builder.sources.id(source),
      user === null ? NO_USER : builder.userId(user),
      builder.sensorId(sensor),
      outcome,
      account,
      method,
      service === SSHD_SERVICE ? 0 : builder.serviceId(service),
      mark.line,
    );
  }

  amend(row: number, user: string | null, account: number, method: number): void {
    this.#builder.amend(row, user === null ? NO_USER : this.#builder.userId(user), account, method);
  }

  isModules(row: number, module: string, user: string | null, known: boolean | null): void {
    this.#voices.add(row, module, user, known);
  }

  /** Takes out what two voices told of, in all that was appended. Once, when every time is settled. */
  settle(): void {
    this.#voices.settle();
  }
}
