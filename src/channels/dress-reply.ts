import type { Option, Reply } from '../core/reply.ts';
import { shorten, splitText } from './split-text.ts';

export type Dress = {
  /** UTF-16 units of one message. */
  textLimit: number;
  maxButtons: number;
  /** UTF-16 units of a button's title. */
  titleLimit: number;
  /** `always`: choices stand as numbered lines even if buttons show them whole, because buttons may fail to show. */
  numbers: 'always' | 'whenNeeded';
};

export type Button = { title: string; payload: string };
/** One message: text of at least one character, and buttons. */
export type Dressed = { text: string; buttons: Button[] };

/**
 * Makes a reply into messages: text in parts, choices as lines `1. Label` after it where needed, buttons on the last part.
 * When not all options fit as buttons, the choices are answered by number and the actions alone get buttons; actions past
 * the limit stand as lines `• Label`, to be typed. A reply with nothing in it gives no message.
 */
export function dressReply(reply: Reply, dress: Dress): Dressed[] {
  const choices = reply.options.filter((option) => option.kind === 'choice');
  const actions = reply.options.filter((option) => option.kind === 'action');
  const allFit = reply.options.length <= dress.maxButtons;
  const onButtons = allFit ? [...reply.options] : actions.slice(0, dress.maxButtons);

  const numbered =
    choices.length > 0 &&
    (dress.numbers === 'always' || !allFit || choices.some((option) => clean(option.label).length > dress.titleLimit));
  const lines = numbered ? choices.map((option, index) => `${index + 1}. ${clean(option.label)}`) : [];
  const unbuttoned = actions.filter((option) => !onButtons.includes(option));
  lines.push(...unbuttoned.map((option) => `• ${clean(option.label)}`));

  const body = [reply.text.normalize('NFC').trim(), ...lines].filter((line) => line !== '').join('\n');
  // A platform takes no buttons without text.
  const parts = splitText(
    body === '' ? onButtons.map((option) => clean(option.label)).join('\n') : body,
    dress.textLimit,
  );
  if (parts.length === 0 && onButtons.length > 0) parts.push('…');
  const last = parts.length - 1;
  return parts.map((text, index) => ({
    text,
    buttons: index === last ? onButtons.map((option) => toButton(option, dress.titleLimit, numbered)) : [],
  }));
}

/** Beside numbered lines the short label is enough; alone, a button says as much as it can. */
function toButton(option: Option, titleLimit: number, numbered: boolean): Button {
  const label = clean(option.label);
  const short = clean(option.short);
  const title =
    label !== '' && label.length <= titleLimit && !(numbered && short !== '')
      ? label
      : shorten(short === '' ? label : short, titleLimit);
  return { title: title === '' ? '…' : title, payload: option.payload };
}

/** A label on one line. */
const clean = (label: string): string => label.normalize('NFC').replace(/\s+/g, ' ').trim();

/** The picture of a message for transcripts and golden files: its text, then `[Button] [Button]` on a last line. */
export function describeDressed(text: string, titles: readonly string[]): string {
  const buttons = titles.map((title) => `[${title}]`).join(' ');
  return buttons === '' ? text : `${text}\n${buttons}`;
}
