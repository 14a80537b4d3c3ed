/**
 * What a form of message is: a template and what it means. Forms are data (forms/*.toml), each with the lines that
 * prove it.
 */
import { compileTemplate, type Template } from './template.ts';

/**
 * What a message tells of an attempt.
 *
 * - `failure`: a credential was offered and refused; names user and source.
 * - `pam-error`: the same, told by sshd's PAM conversation; for keyboard-interactive it stands beside a `failure`.
 * - `module-failure`: a module refused a credential on behalf of a service (PAM, dovecot's databases); others tell
 *   more of the same attempt, or there are none.
 * - `total`: how many credentials were refused in a session that is over, those already told included.
 * - `visit`: a connection tried a user; at least one attempt, also where no credential was taken.
 * - `quiet-visit`: the same, but a login may follow (the `none` method, one factor of two): counts at the end only.
 * - `success`: a login.
 * - `guest`: a login that asks for no credential (anonymous FTP). It is told, but is no attempt.
 * - `context`: no attempt, but it says which source or user the process is about.
 * - `end`: no attempt, and the process serves another session from now on.
 * - `nothing`: no attempt.
 */
export const TELLS = [
  'failure',
  'pam-error',
  'module-failure',
  'total',
  'visit',
  'quiet-visit',
  'success',
  'guest',
  'context',
  'end',
  'nothing',
] as const;
export type Tells = (typeof TELLS)[number];

/** A message of the form, and what must be read from it. Fields not given must be null. */
export interface Sample {
  /** What stands behind the program's name and number. */
  readonly message: string;
  /** A whole line instead, where the program writes a log of its own; {@link message} is empty then. */
  readonly line?: string;
  readonly user?: string;
  readonly source?: string;
  readonly port?: number;
  readonly method?: string;
  readonly count?: number;
  /** Given only where it differs from the form's own. */
  readonly known?: boolean | null;
}

export interface Form {
  readonly id: string;
  readonly template: string;
  readonly tells: Tells;
  /**
   * Whether the account exists: true or false where the form says so by itself, `told` where the template's
   * `<invalid?>` or `<state>` says it, null where nothing does.
   */
  readonly known: boolean | 'told' | null;
  /**
   * A template of another form that a hostile name could make this message look like, or the other way round: a
   * message that fits both is ambiguous.
   */
  readonly rival?: string;
  /** The method where the form, not a field, tells it. */
  readonly method?: string;
  /** The user where the form, not a field, tells it. */
  readonly user?: string;
  /** First release that writes it, and the file it is in. */
  readonly since: string;
  /** One sentence for the person who asks what the line means. */
  readonly means: string;
  readonly samples: readonly Sample[];
}

export interface CompiledForm extends Form {
  /** Name of the service whose form it is. */
  readonly service: string;
  readonly compiled: Template;
  readonly compiledRival: Template | null;
}

/** Compiles a form of `service`; left out, the service is what its id begins with. */
export function compileForm(form: Form, service = form.id.slice(0, form.id.indexOf('.'))): CompiledForm {
  return {
    ...form,
    service,
    compiled: compileTemplate(form.template),
    compiledRival: form.rival === undefined ? null : compileTemplate(form.rival),
  };
}
