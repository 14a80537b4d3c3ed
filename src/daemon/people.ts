/**
 * Telling people: what happened goes to alarms.ts, which says what to tell and when; what is to be told goes to the channels. What
 * both remember is kept in the history together with what they are about, so that a daemon that comes back tells nothing twice.
 */
import { type Alarms, createAlarms } from '../alarm/alarms.ts';
import { lookUpCampaign } from '../alarm/campaign-facts.ts';
import type { Condition } from '../alarm/condition.ts';
import { createOutbox, DEFAULT_OUTBOX_OPTIONS, type Outbox, realOutboxEffects } from '../alarm/outbox.ts';
import { createSilence, DEFAULT_SILENCE_OPTIONS, type Silence } from '../alarm/silence.ts';
import { createUnreadWatch, type UnreadWatch } from '../alarm/unread.ts';
import type { LiveEvent } from '../model/live.ts';
import { DAY, MINUTE } from '../model/time.ts';
import type { History } from '../store/history.ts';
import { Every } from './every.ts';
import type { Tell } from './happening.ts';
import type { WatchOptions } from './options.ts';

const ALARMS = 'alarm.told';
const OUTBOX = 'alarm.outbox';
const SILENCE = 'alarm.silence';

/** While it learns from old logs only what happened in the last day is told: the rest is history. */
const NEWS_SECONDS = DAY;

export type States = readonly (readonly [name: string, value: string])[];

export class People {
  readonly #history: History;
  #alarms: Alarms;
  #outbox: Outbox;
  readonly #tell: Tell;
  readonly #silence: Silence;
  readonly #unread: UnreadWatch;
  #isLearning = false;
  #hasNews = false;
  #outboxChanged = false;
  readonly #look = new Every(MINUTE);

  static async load(
    history: History,
    options: WatchOptions,
    effects: { readonly tell: Tell; now(): number },
  ): Promise<People> {
    const [told, outbox, silence] = await Promise.all([
      history.state(ALARMS),
      history.state(OUTBOX),
      history.state(SILENCE),
    ]);
    const people = new People(history, options, effects.tell, told, outbox, silence);
    people.#isLearning = (await history.lastSeq()) === 0;
    return people;
  }

  private constructor(
    history: History,
    options: WatchOptions,
    tell: Tell,
    told: string | null,
    outbox: string | null,
    silence: string | null,
  ) {
    this.#history = history;
    this.#tell = tell;
    this.#alarms = createAlarms(alarmOptions(options), told);
    this.#silence = createSilence(DEFAULT_SILENCE_OPTIONS, silence);
    this.#unread = createUnreadWatch();
    this.#outbox = this.#outboxOf(options, outbox);
  }

  #outboxOf(options: WatchOptions, saved: string | null): Outbox {
    const tell = this.#tell;
    return createOutbox(
      options.channels,
      DEFAULT_OUTBOX_OPTIONS,
      realOutboxEffects({
        onChange: () => {
          this.#outboxChanged = true;
        },
        onCondition: (condition) => this.condition(condition, Date.now() / 1000),
        onLog: (level, text, facts) => {
          const channel = typeof facts.channel === 'string' ? facts.channel : '';
          if (level === 'info') tell({ kind: 'alarm:sent', channel, subject: text });
          else
            tell({
              kind: 'alarm:failed',
              channel,
              problem: {
                message: text,
                remedy: typeof facts.remedy === 'string' ? facts.remedy : 'It is tried again.',
              },
            });
        },
      }),
      saved,
    );
  }

  /** Other ways to people: what waits for one that is still there is delivered by it. */
  async change(options: WatchOptions): Promise<void> {
    this.#alarms = createAlarms(alarmOptions(options), this.#alarms.save());
    const before = this.#outbox;
    await before.stop();
    this.#outbox = this.#outboxOf(options, before.save());
    this.#hasNews = this.#outboxChanged = true;
  }

  take(event: LiveEvent, now: number): void {
    if (this.#isLearning && event.time < now - NEWS_SECONDS) return;
    this.#alarms.take(event, now);
    this.#hasNews = true;
  }

  condition(condition: Condition, now: number): void {
    this.#alarms.take(condition, now);
    this.#hasNews = true;
  }

  /** Lines were read: so many, of login services so many, and of them unread. */
  read(input: string, lines: number, serviceLines: number, unread: number, now: number): void {
    if (this.#isLearning) return;
    this.#silence.lines(input, lines, now);
    this.#unread.count(input, serviceLines, unread, now);
  }

  hasLearnt(): void {
    this.#isLearning = false;
  }

  /** What was taken since the last call, for the commit that has the events which it was about. */
  news(): States {
    if (!this.#hasNews) return [];
    this.#hasNews = false;
    return [[ALARMS, this.#alarms.save()]];
  }

  /** Tells what is due; gives what the history must keep of it. */
  async second(now: number): Promise<States> {
    const states: (readonly [string, string])[] = [];
    if (this.#look.take()) {
      if (!this.#isLearning) {
        for (const condition of [...this.#silence.look(now), ...this.#unread.look(now)])
          this.condition(condition, now);
        states.push([SILENCE, this.#silence.save()]);
      }
    }
    const due = this.#alarms.nextDue(now);
    if (due !== null && due <= now) {
      const facts = new Map<string, NonNullable<Awaited<ReturnType<typeof lookUpCampaign>>>>();
      for (const campaign of this.#alarms.wanted(now)) {
        const found = await lookUpCampaign(this.#history, campaign);
        if (found !== undefined) facts.set(campaign, found);
      }
      this.#outbox.put(this.#alarms.due(now, facts));
      this.#hasNews = this.#outboxChanged = true;
    }
    if (this.#hasNews) states.push([ALARMS, this.#alarms.save()]);
    if (this.#outboxChanged) states.push([OUTBOX, this.#outbox.save()]);
    this.#hasNews = this.#outboxChanged = false;
    return states;
  }

  async stop(): Promise<States> {
    await this.#outbox.stop();
    return [
      [ALARMS, this.#alarms.save()],
      [OUTBOX, this.#outbox.save()],
      [SILENCE, this.#silence.save()],
    ];
  }
}

function alarmOptions({ alarm, block }: WatchOptions): Parameters<typeof createAlarms>[0] {
  const isDry = block.backends.every((backend) => backend.isDry);
  return { ...alarm, blocking: isDry ? 'dry-run' : 'on' };
}
