/**
 * Detection as attempts come in: the same evidence after every attempt, from the past alone. Two watchers see every
 * attempt, names in turn (turns.ts) and rates (rates.ts); what either of them thinks more than chance is fitted over all
 * that is remembered, by the very code that searches a finished log (finding.ts, campaign.ts); what comes after is
 * judged attempt by attempt with the model of that fit (affair.ts), which is fitted again as it grows.
 */
import type { LiveEvent, LiveOptions } from '../../model/live.ts';
import { DEFAULT_LIVE_OPTIONS } from '../../model/live.ts';
import type { AttemptRow } from '../../model/table.ts';
import { DAY } from '../../model/time.ts';
import { FEWEST_PARTICIPANTS, SPOKEN_FOR } from '../finding.ts';
import { type Beginning, SURE } from './affair.ts';
import { Affairs, LEVEL_DAYS, REFIT_SHARE } from './affairs.ts';
import { fitTo, pastOf, strangersOf, takenBy } from './fits.ts';
import { Looks } from './looks.ts';
import { onsetNow } from './onset-now.ts';
import { arrivalClass, type Rise } from './rates.ts';
import { mayBelong, type NameState, type SourceState, type Visit } from './remembered.ts';
import { mustBeReadable, SAVED_FORMAT, type SavedLive } from './saved.ts';
import { Standing } from './standing.ts';
import { StateNumbers } from './states.ts';
import { statesOf } from './states-again.ts';
import { StreamClock } from './stream-clock.ts';
import type { Excursion } from './turns.ts';
import { Watch } from './watch.ts';

export interface Live {
  /**
   * Takes the next attempt; says what it changed. Times go forward: an attempt that comes late counts now, and a clock
   * that was set back goes on from here.
   */
  push(attempt: AttemptRow): readonly LiveEvent[];
  /**
   * All that it knows, between two attempts, as plain data: numbers, texts, typed arrays, maps and sets of these, for
   * v8.serialize or structuredClone. Nothing of it changes when the next attempt is pushed.
   */
  save(): SavedLive;
  /** What is remembered now, for those who watch its size. */
  size(): { readonly attempts: number; readonly sources: number; readonly users: number };
}

/**
 * `saved`: goes on from there, exactly as if it had never stopped; `options` may be others. Throws `Trouble`
 * (`other-format`) where another version has saved it: then it must be made anew from the attempts ({@link isReadable}).
 */
export function createLive(options: LiveOptions = DEFAULT_LIVE_OPTIONS, saved?: SavedLive): Live {
  const live = new LiveDetector(options);
  if (saved !== undefined) live.restore(saved);
  return live;
}

/** Share of the accepted false campaigns that names in turn may make; the rest is for rates. */
const TURNS_SHARE = 0.8;
/** Of what chance brings together so much does not hang on one source: what does is not told (see WITHOUT_HUB). */
const HUBLESS = 0.5;
/** Looks a year at a rate, all windows together: hours, and as many again. */
const RATE_LOOKS = 2 * 365 * 24;
/** A hint that was no campaign when it was looked at is looked at again when it has grown by so many bits ... */
const GROWN_BITS = 3;
/** ... and a rise in any case after so long. */
const RISE_AGAIN = DAY / 4;
/** Of what is enough, so much must remain without the source that has met the most others. */
const WITHOUT_HUB = 0.35;

class LiveDetector implements Live {
  readonly #watch: Watch;
  readonly #looks: Looks;
  readonly #affairs: Affairs;
  readonly #standing: Standing;
  readonly #clock = new StreamClock();
  /** While a new level is being learnt, rates say nothing. */
  #levelUntil = Number.NEGATIVE_INFINITY;
  /** The last hint that was looked at in vain. */
  #vain = { turns: 0, rates: 0, until: 0 };

  constructor(options: LiveOptions) {
    this.#watch = new Watch(options);
    this.#looks = new Looks(options);
    this.#affairs = new Affairs(this.#watch);
    this.#standing = new Standing(this.#watch);
  }

  size() {
    const { length, sources, names } = this.#watch.memory;
    return { attempts: length, sources: sources.size, users: names.size };
  }

  save(): SavedLive {
    const numbers = new StateNumbers();
    const parts = {
      watch: this.#watch.save(numbers),
      looks: this.#looks.save(),
      affairs: this.#affairs.save(numbers),
      standing: this.#standing.save(numbers),
      clock: this.#clock.save(),
      levelUntil: this.#levelUntil,
      vain: { ...this.#vain },
    };
    return { format: SAVED_FORMAT, ...parts, states: numbers.save() };
  }

  /** To be called before the first attempt. */
  restore(saved: SavedLive): void {
    mustBeReadable(saved);
    const states = statesOf(saved.states, this.#watch.options.loudFailures);
    this.#watch.restore(saved.watch, states);
    this.#looks.restore(saved.looks);
    this.#affairs.restore(saved.affairs, states);
    this.#standing.restore(saved.standing, states);
    this.#clock.restore(saved.clock);
    this.#levelUntil = saved.levelUntil;
    this.#vain = { ...saved.vain };
  }

  push(attempt: AttemptRow): readonly LiveEvent[] {
    if (!Number.isFinite(attempt.time)) return [];
    const { memory, rates, roster } = this.#watch;
    const time = this.#clock.time(attempt.time);
    rates.tick(time);
    const wasLoud = memory.sources.get(attempt.source)?.loud ?? false;
    const { source, name } = memory.take(time === attempt.time ? attempt : { ...attempt, time });
    if (this.#affairs.end(time).level) this.#levelUntil = time + 2 * LEVEL_DAYS * DAY;
    this.#standing.end(time);
    if (name !== null) {
      if (attempt.success) this.#success(source, name, attempt, time);
      else this.#failure(source, name, time);
    }
    if (memory.hasForgottenMany()) this.#forget();
    const turnedLoud = !wasLoud && source.loud;
    const taken = (all: readonly SourceState[]) => takenBy(this.#affairs.all, all, null, []);
    for (const seen of this.#looks.look(memory, time, turnedLoud, taken)) {
      this.#forget();
      this.#standing.take(seen, time);
    }
    return roster.events();
  }

  /** What is not remembered any more is forgotten everywhere. */
  #forget(): void {
    const { memory, roster, echoes } = this.#watch;
    const knows = (source: SourceState) => memory.knows(source);
    roster.forget();
    echoes.forget(knows);
    for (const affair of this.#affairs.all) affair.forget(knows);
  }

  #success(source: SourceState, name: NameState, attempt: AttemptRow, time: number): void {
    const campaign = this.#watch.roster.campaignOf(source);
    if (campaign !== undefined && name.loginSources > 1 && !campaign.names.has(name.text)) {
      // into an account that people use from elsewhere and the campaign is not after: a person, named by mistake
      this.#watch.roster.release(source, time);
      for (const affair of this.#affairs.all) affair.probability.delete(source);
      return;
    }
    if (this.#watch.roster.login(source, name.text, attempt.sensor, time)) return;
    // it may be a member that nothing has named yet, or a right guess at the first try: the fit tells
    if (source.successes > 1 || attempt.method === 'publickey') return;
    for (const affair of [...this.#affairs.all]) {
      if (affair.weight(source) >= SPOKEN_FOR || affair.membersOn(name) >= 2)
        this.#affairs.refit(affair, time);
    }
  }

  #failure(source: SourceState, name: NameState, time: number): void {
    const campaign = this.#watch.roster.campaignOf(source);
    if (campaign !== undefined) {
      campaign.attempts++;
      campaign.lastSeen = time;
    }
    if (campaign !== undefined && isOwnAccount(name)) {
      campaign.names.add(name.text);
      for (const affair of this.#affairs.all)
        if (affair.weight(source) >= SURE) affair.remember(source, name);
    }
    if (source.successes > 0 || isOwnAccount(name)) return;
    if (source.loud && campaign === undefined) return;
    const newcomer = source.visits.length === 0;
    const visit = this.#watch.turns.visit(source, name, time, this.#counts);
    if (visit !== null && this.#watch.echoes.meet(visit, this.#watch.turns))
      this.#affairs.unmask(source, time);
    let spoken = false;
    for (const affair of [...this.#affairs.all]) {
      if (this.#affairs.consider(affair, visit, source, name, time)) spoken = true;
    }
    for (const affair of this.#affairs.all) {
      const returns = campaign !== undefined && affair.campaigns.includes(campaign);
      if (newcomer || returns) affair.arrive(arrivalClass(name.text), time);
    }
    const counted = newcomer && this.#watch.roster.campaignOf(source) === undefined;
    const rise = counted ? this.#watch.rates.arrive(arrivalClass(name.text), spoken) : null;
    if (visit === null) return;
    if (spoken) {
      this.#watch.turns.disown(visit);
      return;
    }
    this.#watch.turns.add(visit, this.#counts);
    this.#lookForTurns(time);
    if (rise !== null) this.#lookAtRise(rise, time);
  }

  /** Whether a visit may be evidence for something new: by a quiet stranger that nothing else explains. */
  readonly #counts = ({ source }: Visit): boolean =>
    mayBelong(source) && !this.#watch.echoes.has(source) && !this.#isSpokenFor(source);

  #isSpokenFor(source: SourceState): boolean {
    return (
      this.#watch.roster.campaignOf(source) !== undefined ||
      this.#affairs.all.some((a) => a.weight(source) >= SPOKEN_FOR)
    );
  }

  #lookForTurns(time: number): void {
    const excursion = this.#watch.turns.excursion();
    const enough = this.#watch.turns.enough(
      time,
      (this.#watch.options.falseCampaignsPerYear * TURNS_SHARE) / HUBLESS,
    );
    if (excursion.bits < this.#vain.turns - GROWN_BITS) this.#vain.turns = 0;
    if (excursion.bits <= Math.max(enough, this.#vain.turns + GROWN_BITS)) return;
    const bits = this.#watch.turns.recount(excursion, this.#counts);
    if (bits <= enough) this.#watch.turns.correct(bits);
    else if (!this.#openByTurns({ ...excursion, bits }, enough, time)) this.#vain.turns = excursion.bits;
  }

  #lookAtRise(rise: Rise, time: number): void {
    const accepted = this.#watch.options.falseCampaignsPerYear * (1 - TURNS_SHARE);
    if (rise.bits < Math.log2(RATE_LOOKS / accepted) || time < this.#levelUntil) return;
    const known = this.#affairs.all.find(({ onset }) => onset !== null && sameClass(onset.what, rise.what));
    if (known !== undefined) {
      if (rise.count < (1 + REFIT_SHARE) * known.risen) return;
      known.risen = rise.count;
      this.#affairs.refit(known, time);
      return;
    }
    if (time > this.#vain.until) this.#vain.rates = 0;
    if (rise.bits < this.#vain.rates + GROWN_BITS) return;
    if (this.#openByRate(rise, time)) return;
    this.#vain.rates = rise.bits;
    this.#vain.until = time + RISE_AGAIN;
  }

  #openByTurns(excursion: Excursion, enough: number, time: number): boolean {
    const visits = this.#watch.turns.since(excursion.from);
    const from = visits[0]!.time;
    const past = pastOf(this.#watch.memory, from, this.#watch.options);
    const strangers = strangersOf(past);
    const counts = (visit: Visit) => this.#counts(visit) && strangers.has(visit.source);
    const bits = this.#watch.turns.recount(excursion, counts);
    if (bits <= enough) {
      this.#watch.turns.correct(bits);
      return false;
    }
    const hub = this.#watch.turns.hub(excursion, counts);
    if (hub !== null) {
      const without = this.#watch.turns.recount(
        excursion,
        (visit) => counts(visit) && visit.source !== hub.source,
      );
      if (without <= enough * WITHOUT_HUB) {
        // two others may have met it by chance; of three nobody else is left to vouch for it
        if (hub.met >= FEWEST_PARTICIPANTS) {
          this.#watch.echoes.add(hub.source);
          this.#watch.turns.correct(without);
        }
        return false;
      }
    }
    const met = new Map<SourceState, number>();
    for (const visit of visits) {
      if (!counts(visit)) continue;
      const ratio = this.#watch.turns.ratio(this.#watch.turns.surprise(visit, counts));
      const other = visit.links.find(counts);
      if (ratio <= 0 || other === undefined) continue;
      for (const source of [visit.source, other.source]) met.set(source, (met.get(source) ?? 0) + ratio);
    }
    const linked = new Set(met.keys());
    if (this.#affairs.explains(linked, time)) {
      this.#watch.turns.reset();
      return this.#opened(true);
    }
    const { falseCampaignsPerYear } = this.#watch.options;
    const falseAlarm = 2 ** -(bits - enough) * falseCampaignsPerYear;
    const beginning: Beginning = { from, bits, by: 'names-in-turn', share: excursion.share, falseAlarm };
    return this.#opened(this.#open(beginning, met, time));
  }

  /** Fits what has met, and opens it. */
  #open(beginning: Beginning, met: ReadonlyMap<SourceState, number>, time: number): boolean {
    const past = pastOf(this.#watch.memory, beginning.from, this.#watch.options);
    const strength = new Map(Array.from(met, ([source, bits]) => [source.index, bits]));
    const taken = takenBy(this.#affairs.all, past.sources, null, this.#watch.echoes.all());
    const finding = fitTo(past, beginning, strength, null, taken, 'first');
    return this.#affairs.open(beginning, finding, past, new Set(met.keys()), time);
  }

  #openByRate(rise: Rise, time: number): boolean {
    const past = pastOf(this.#watch.memory, rise.from, this.#watch.options);
    const taken = takenBy(this.#affairs.all, past.sources, null, this.#watch.echoes.all());
    const onset = onsetNow(rise, this.#watch.rates, past.table, past.visitors, taken, past.since);
    const falseAlarm = 2 ** -rise.bits * RATE_LOOKS;
    const beginning: Beginning = {
      from: onset.from,
      bits: rise.bits,
      by: 'rate-change',
      share: 0,
      falseAlarm,
    };
    const finding = fitTo(past, beginning, new Map(), onset, taken, 'first');
    return this.#opened(this.#affairs.open(beginning, finding, past, new Set(), time));
  }

  /** What was looked at in vain may be something new, now that this is told. */
  #opened(opened: boolean): boolean {
    if (opened) this.#vain = { turns: 0, rates: 0, until: 0 };
    return opened;
  }
}

/** An account that somebody logs in to here is nobody's evidence, unless everybody guesses at it anyway. */
function isOwnAccount(name: NameState): boolean {
  return name.loginSources > 0 && name.text !== 'root';
}

/** Two classes of newcomers that one rise may explain: 'all' holds every class. */
function sameClass(a: string, b: string): boolean {
  return a === b || a === 'all' || b === 'all';
}
