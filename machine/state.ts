/** What goes in and out of the machine: the block of bytes, the events of its lines, counts, and the tables of forms. */
import { Dictionary } from './dictionary';
import { take } from './memory';

/** Bytes of a block; 64 more can be read in front of it and behind it. */
export const BLOCK: usize = 256 * 1024;
/** Blocks, each with events of its own: while one is filled, others are scanned and told of (src/parse/fast/ring.ts). */
export const SLOTS: u32 = 8;
export const EVENT: usize = 32;
export const MOST_EVENTS: usize = 8192;

let blocks: usize = 0;
let slotEvents: usize = 0;
/** Where the events of the slot in use are. */
export let events: usize = 0;
/** 1 KiB for texts that come in from outside. */
export let exchange: usize = 0;
/** The program of the forms, written by the outside (src/parse/fast/program.ts). */
export let forms: usize = 0;
export const FORMS: usize = 1024 * 1024;

export const users = new Dictionary();
export const sensors = new Dictionary();
export const programs = new Dictionary();
export const methods = new Dictionary();
export const modules = new Dictionary();
/** For each number of a program, method or module: what the outside said of it, plus 1; 0: not asked yet. */
export let programClass: usize = 0;
export let methodClass: usize = 0;
export const MOST_CLASSES: u32 = 4096;

const SPACED_BLOCK: usize = BLOCK + 192;
const SPACED_EVENTS: usize = EVENT * (MOST_EVENTS + 16);

export function blockOf(slot: u32): usize {
  return blocks + <usize>slot * SPACED_BLOCK + 64;
}

export function eventsOf(slot: u32): usize {
  return slotEvents + <usize>slot * SPACED_EVENTS;
}

/** The events of the next scan go there. */
export function useSlot(slot: u32): void {
  events = eventsOf(slot);
}

export function beginState(): void {
  blocks = take(<usize>SLOTS * SPACED_BLOCK);
  slotEvents = take(<usize>SLOTS * SPACED_EVENTS);
  useSlot(0);
  exchange = take(1024 + 64);
  forms = take(FORMS);
  users.start(4096);
  sensors.start(64);
  programs.start(256);
  methods.start(64);
  modules.start(64);
  programClass = take(MOST_CLASSES);
  methodClass = take(MOST_CLASSES * 2);
}

// kinds of events; a line's own is one of the kinds of telling, below 32
export const EVENT_LINE: u8 = 1;
export const EVENT_WINDOW: u8 = 2;
export const EVENT_UNSURE: u8 = 3;
export const EVENT_END: u8 = 4;
