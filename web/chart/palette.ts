/**
 * Colours that people with any kind of colour vision tell apart: Okabe and Ito, "Color Universal Design" (2008). Each campaign
 * keeps its colour and its shape everywhere by its place in the list of campaigns; colour is never the only sign. On a dark ground
 * the order is another, as the darker ones of the eight hardly show there.
 */
export const SHAPES = ['disc', 'square', 'diamond', 'triangle', 'wedge', 'cross', 'plus'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Palette {
  /** Campaigns, in turn: as many as there are shapes. */
  readonly campaigns: readonly string[];
  /** Quiet attempts of no campaign, loud ones, logins. */
  readonly other: string;
  readonly loud: string;
  readonly login: string;
}

const BLUE = '#0072b2';
const VERMILION = '#d55e00';
const GREEN = '#009e73';
const PURPLE = '#cc79a7';
const ORANGE = '#e69f00';
const SKY = '#56b4e9';
const YELLOW = '#f0e442';

export const LIGHT: Palette = {
  campaigns: [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, '#5b4a9e'],
  other: '#7c8794',
  loud: '#c3c9d0',
  login: '#14202b',
};

export const DARK: Palette = {
  campaigns: [SKY, ORANGE, '#2ec79b', PURPLE, YELLOW, '#f28538', '#5aa2d8'],
  other: '#8a97a5',
  loud: '#46525f',
  login: '#f4f7fa',
};

/**
 * Place of a campaign among all there ever were: `c1` is 0. Ids are given once and stay, so its colour does, whatever else is shown.
 */
export function placeOf(campaign: string): number {
  const number = Number.parseInt(campaign.replace(/^\D+/, ''), 10);
  return Number.isFinite(number) && number > 0 ? number - 1 : 0;
}

/** Its place in the palette: after seven campaigns colours come again. */
export function hueOf(n: number): number {
  return n % SHAPES.length;
}

/** `#rrggbb` as ImageData wants it in a Uint32Array: bytes red, green, blue, alpha in memory, so little-endian ABGR. */
export function packed(colour: string, alpha = 255): number {
  const value = Number.parseInt(colour.slice(1), 16);
  const red = value >> 16;
  const green = (value >> 8) & 255;
  const blue = value & 255;
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
