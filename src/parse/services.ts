/**
 * Every service whose forms are known: which of them a line is of, and what its message tells.
 *
 * A line names its program, and the program's services read it. PAM modules write in the name of any program, so a
 * `pam_..` message that the program's own forms do not know is read by the forms of PAM itself. A line of a log that
 * a program writes by itself (vsftpd.log, exim's mainlog) names no program: each service says what stands between
 * stamp and message there (`own`), and a line that two services read differently is ambiguous.
 *
 * Forms of a user's own files come behind those that come with the program: they read what nothing else has read, so
 * none of them can change what a line of sshd means.
 */
import { aboutOf, isOf, readerOf, type Service, serviceOf } from './compiled-service.ts';
import { Envelope } from './envelope.ts';
import { SHIPPED } from './forms/shipped.ts';
import { SSHD } from './forms/sshd.ts';
import { MessageReader, type MessageReading, type UnreadReason } from './message.ts';
import { Nameless, tellsNothing } from './nameless.ts';
import { isNameless, isSshd, messageOf } from './service.ts';
import { badForms, type Join, type ServiceForms, serviceForms } from './service-forms.ts';
import { NO_STAMP } from './stamp.ts';

/** What reads the lines of one program. */
interface Program {
  readonly reader: MessageReader;
  /** What a message that no form knows must contain to count as unread; null: nothing. */
  readonly about: RegExp | null;
}

/** Program names that are remembered with what reads them; more than these are an attack on the memory. */
const MOST_NAMES = 10_000;
const PAM_SERVICE = 'pam';
const PAM = 'pam_';
const OTHER_MODULE = /^pam_\w{1,40}\((?!sshd[:)])[^()\s]{1,80}\)/;

export class Services {
  readonly all: readonly Service[];
  readonly #byName = new Map<string, Service>();
  readonly #programs = new Map<string, Program | null>();
  readonly #sshd: MessageReader;
  readonly #pam: MessageReader | null;
  readonly #inner = new Envelope();
  /** Services whose messages may stand alone, each with its reader, by the first words that they may begin with. */
  readonly #nameless: Nameless;

  /** Throws `Trouble` where a user's file says otherwise of a service than the one that comes with the program. */
  constructor(own: readonly ServiceForms[] = []) {
    const shipped = SHIPPED.map((text) =>
      text.service === 'sshd' ? SSHD : serviceForms(text, text.service),
    );
    this.all = [
      ...shipped.map((forms) => serviceOf(forms, true)),
      ...own.map((forms) => serviceOf(forms, false)),
    ];
    const ids = new Set<string>();
    for (const service of this.all) {
      this.#agree(service);
      for (const { id } of service.forms) {
        if (ids.has(id)) throw badForms(`form ${id} is there twice`, 'Call your own otherwise.');
        ids.add(id);
      }
    }
    const ofSshd = this.all.filter((service) => service.name === 'sshd' || isOf(service, 'sshd'));
    this.#sshd = new MessageReader(
      ofSshd.flatMap((service) => service.forms),
      SSHD.prefixes,
      SSHD.suffixes,
    );
    const pam = this.#byName.get(PAM_SERVICE);
    this.#pam = pam === undefined ? null : readerOf([pam]);
    this.#nameless = new Nameless(this.all.filter((service) => service.name !== 'sshd'));
  }

  /** What the lines of sshd are read by. */
  get sshd(): MessageReader {
    return this.#sshd;
  }

  /** Whether lines of the program with this name are read by any service's forms (beside those of PAM). */
  isProgram(name: string): boolean {
    return this.#programOf(name) !== null;
  }

  /** Names of all programs whose lines are read, `*` standing for any text: what to ask a journal for. */
  programs(): readonly string[] {
    return [...new Set(this.all.flatMap((service) => service.programs))];
  }

  /** How lines of this service are joined; `none` for a name that nothing is known of. */
  joinOf(service: string): Join {
    return this.#byName.get(service)?.join ?? 'none';
  }

  /**
   * What the line in `envelope` tells; null where it is of no login service, or of one but of something else than
   * logins. Where the line is of a log that a program writes itself, the envelope's message begins behind what
   * stands before it there.
   */
  read(envelope: Envelope): MessageReading | UnreadReason | null {
    if (isSshd(envelope)) return this.#sshd.read(messageOf(envelope));
    if (isNameless(envelope)) return this.#readNameless(envelope);
    const program = this.#programOf(programOf(envelope));
    if (program === null) {
      if (isOfModule(envelope)) return this.#readPam(messageOf(envelope));
      // what looks like a program's name may be a part of a log that a program writes itself
      return envelope.hasOwnStamp ? this.#nameless.readOwn(envelope) : null;
    }
    const message = messageOf(envelope);
    const reading = program.reader.read(message);
    if (reading !== 'no-form') return reading;
    if (message.startsWith(PAM)) return this.#readPam(message);
    const own = envelope.hasOwnStamp ? this.#nameless.readOwn(envelope) : null;
    if (own !== null) return own;
    return program.about === null || program.about.test(message) ? reading : null;
  }

  /**
   * What the message of a program of `service` tells, for checking samples: by all that reads such a program's lines.
   */
  readMessageOf(service: Service, message: string): MessageReading | UnreadReason {
    const [program] = service.programs;
    if (service.name === 'sshd') return this.#sshd.read(message);
    if (program === undefined || service.name === PAM_SERVICE) return readerOf([service]).read(message);
    const reading = this.#programOf(program.replaceAll('*', 'x'))?.reader.read(message) ?? 'no-form';
    return reading === 'no-form' && message.startsWith(PAM) ? (this.#readPam(message) ?? reading) : reading;
  }

  #readPam(message: string): MessageReading | UnreadReason | null {
    const reading = this.#pam?.read(message) ?? 'no-form';
    return reading === 'no-form' ? null : reading;
  }

  #readNameless(envelope: Envelope): MessageReading | UnreadReason | null {
    const message = messageOf(envelope);
    // a module that says for whom it speaks
    const reading = OTHER_MODULE.test(message) ? 'no-form' : this.#sshd.read(message);
    if (reading !== 'no-form' && !tellsNothing(reading)) return reading;
    const other = this.#readNested(envelope, message) ?? this.#nameless.read(envelope);
    if (reading === 'no-form' || (other !== null && typeof other !== 'string' && !tellsNothing(other)))
      return other;
    return reading;
  }

  /**
   * A line in a line: socklog's `auth.info: May 27 04:31:28 sshd[1]: ..`, and a message right behind its stamp, whose
   * first word was taken for a host.
   */
  #readNested(envelope: Envelope, message: string): MessageReading | UnreadReason | null {
    if (envelope.message !== null) return null;
    const inner = this.#inner;
    inner.read(message);
    const start = envelope.text.length - message.length;
    if (inner.programEnd > inner.programStart && !isNameless(inner)) {
      const isOfSshd = isSshd(inner);
      if (!isOfSshd && !this.isProgram(programOf(inner))) return null;
      while (message[inner.messageStart] === ' ') inner.messageStart++;
      const reading = this.read(inner);
      if (reading === null) return null;
      envelope.pid = inner.pid;
      envelope.messageStart = start + inner.messageStart;
      envelope.programStart = start + inner.programStart;
      envelope.programEnd = start + inner.programEnd;
      envelope.hostStart = envelope.hostEnd = envelope.programStart;
      return reading;
    }
    if (envelope.stamp.kind === NO_STAMP || envelope.hostEnd === envelope.hostStart) return null;
    const reading = this.#sshd.read(envelope.text.slice(envelope.hostStart));
    if (reading === 'no-form') return null;
    envelope.messageStart = envelope.hostStart;
    envelope.hostEnd = envelope.programStart = envelope.programEnd = envelope.hostStart;
    return reading;
  }

  #programOf(name: string): Program | null {
    let program = this.#programs.get(name);
    if (program === undefined) {
      if (this.#programs.size >= MOST_NAMES) this.#programs.clear();
      const services = this.all.filter((service) => isOf(service, name));
      program = services.length === 0 ? null : { reader: readerOf(services), about: aboutOf(services) };
      this.#programs.set(` ${name}`.slice(1), program);
    }
    return program;
  }

  /** A user's file may add forms to a service that is there, but not change how its lines are joined. */
  #agree(service: Service): void {
    const there = this.#byName.get(service.name);
    if (there === undefined) {
      if (service.join === 'connection' && service.name !== 'sshd')
        throw badForms(
          `service ${service.name}: join = 'connection' is for sshd alone`,
          "Take 'process' where each session has a process of its own, else 'none'.",
        );
      this.#byName.set(service.name, service);
    } else if (there.join !== service.join)
      throw badForms(
        `service ${service.name}: its lines are joined by '${there.join}', not by '${service.join}'`,
        `Write join = '${there.join}', or call the service otherwise.`,
      );
  }
}

function programOf(envelope: Envelope): string {
  return envelope.program ?? envelope.text.slice(envelope.programStart, envelope.programEnd);
}

function isOfModule(envelope: Envelope): boolean {
  if (envelope.module !== '') return envelope.module.startsWith(PAM);
  return envelope.message === null
    ? envelope.text.startsWith(PAM, envelope.messageStart)
    : envelope.message.startsWith(PAM);
}

let shippedServices: Services | null = null;

/** The services that come with the program. Made when first asked for. */
export function shipped(): Services {
  shippedServices ??= new Services();
  return shippedServices;
}
