/**
 * What a form of message is: a template and what it means. Forms are data (src/parse/forms/), each with the lines
 * that prove it.
 */
import { compileTemplate, type Template } from './template.ts';

/**
 * What a message tells of an attempt.
 *
 * - `failure`: a credential was offered and refused; names user and source.
 * - `pam-error`: the same, told by sshd's PAM conversation; for keyboard-interactive it stands beside a `failure`.
 * - `module-failure`: a PAM module refused a credential; others tell more of the same attempt, or there are none.
 * - `visit`: a connection tried a user; at least one attempt, also where no credential was taken.
 * - `quiet-visit`: the same, but a login may follow (the `none` method, one factor of two): counts at the end only.
 * - `success`: a login.
 * - `context`: no attempt, but it says which source or user the process is about.
 * - `nothing`: no attempt.
 */
export type Tells =
  | 'failure'
  | 'pam-error'
  | 'module-failure'
  | 'visit'
  | 'quiet-visit'
  | 'success'
  | 'context'
  | 'nothing';

/** A message of the form, and what must be read from it. Fields not given must be null. */
export interface Sample {
  readonly message: string;
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
  /** First OpenSSH release that writes it (or the PAM module), and the file it is in. */
  readonly since: string;
  /** One sentence for the person who asks what the line means. */
  readonly means: string;
  readonly samples: readonly Sample[];
}

export interface CompiledForm extends Form {
  readonly compiled: Template;
  readonly compiledRival: Template | null;
}

export function compileForm(form: Form): CompiledForm {
  return {
    ...form,
    compiled: compileTemplate(form.template),
    compiledRival: form.rival === undefined ? null : compileTemplate(form.rival),
  };
}
