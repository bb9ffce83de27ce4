import type { Campaign, Localized } from '../core/campaign.ts';
import type { ChoiceMatcher } from './readers/choice.ts';
import type { Texts } from './texts.ts';
import type { CommandWords } from './commands.ts';

type StepBase = {
  /** Unique in the flow. */
  id: string;
  /** Name of the answer it fills; empty for consent and review. */
  field: string;
  /** Locale prefix: `<key>.label`, `<key>.prompt`, `<key>.help`. */
  key: string;
  /** Number of the part it belongs to, from 1; 0 for consent and review. Steps of one part share a number. */
  part: number;
  /** Asked only when an earlier answer is this. */
  when: { field: string; is: string } | null;
  optional: boolean;
};

export type Option = { code: string; label: Localized; short: Localized };

/** One place in a flow that waits for an answer. */
export type Step =
  | (StepBase & { type: 'consent' })
  | (StepBase & { type: 'text'; reader: 'name' | 'plain'; max: number })
  | (StepBase & { type: 'phone' })
  | (StepBase & { type: 'unit' })
  | (StepBase & { type: 'choice'; options: readonly Option[]; matcher: ChoiceMatcher })
  | (StepBase & { type: 'longText'; max: number })
  | (StepBase & { type: 'yesNo'; expect: boolean; otherwise: 'warn' | 'block' })
  | (StepBase & {
      type: 'attachments';
      maxFiles: number;
      maxBytes: number;
      mimes: readonly string[];
      linkHosts: readonly string[];
    })
  | (StepBase & { type: 'review' });

export type StepOf<T extends Step['type']> = Extract<Step, { type: T }>;

/** A campaign compiled once at start. */
export type Flow = {
  campaign: Campaign;
  /** Of the questions, then `+` and that of the workplaces, where they have one of their own. */
  version: string;
  steps: readonly Step[];
  byId: ReadonlyMap<string, Step>;
  /** How many numbered parts there are. */
  parts: number;
  /** Locale key of the short guidelines. */
  guideKey: string;
};

/** All that a conversation can need besides its session: compiled, shared and never changed. */
export type World = {
  flows: ReadonlyMap<string, Flow>;
  /** For people who come without a code: the configured one, else the newest open one at `at`, else the newest. */
  defaultFlow(at: number): Flow;
  /** What a QR or typed code stands for; tolerant of case, spaces, dashes, O/0 and I/L/1. Null when it is no code. */
  findCode(text: string): { flow: Flow; unit: string | null } | null;
  texts: Texts;
  words: CommandWords;
};
