/**
 * A command of the operator's own: the whole message as one line of JSON on its standard input (schema/alarm.schema.json).
 * Run by its argument vector as the configuration has it, without a shell; nothing of the message is an argument, and of
 * the environment it sees PATH, HOME, LANG and three plain words on the message.
 */
import type { SecretEffects } from '../secret.ts';
import { asUndelivered, type Channel, DELIVERED } from './channel.ts';
import { runProgram } from './program.ts';

export interface CommandOptions {
  readonly name?: string;
  /** The program, as an absolute path or looked up in PATH, and its arguments. */
  readonly run: readonly [program: string, ...args: string[]];
}

export function commandChannel({ name = 'command', run }: CommandOptions, effects: SecretEffects): Channel {
  return {
    name,
    async send(message, signal) {
      const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/', LANG = 'C.UTF-8' } = effects.environment;
      try {
        await runProgram(
          {
            command: run,
            input: `${JSON.stringify(message)}\n`,
            environment: {
              PATH,
              HOME,
              LANG,
              SLOWBRUTE_ALARM_ID: message.id,
              SLOWBRUTE_ALARM_SEVERITY: message.severity,
              SLOWBRUTE_ALARM_KIND: message.items[0]?.kind ?? '',
            },
            remedy: 'See what it says when it is run by hand, with such a message on its standard input.',
          },
          signal,
        );
      } catch (error) {
        throw asUndelivered(error, name, 'Check the configuration.');
      }
      return DELIVERED;
    },
  };
}
