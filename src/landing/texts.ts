/** The sentences of the landing page in one language. `{…}` are filled in. */
export type LandingTexts = {
  title: string;
  /** What this is, without a campaign. */
  intro: string;
  /** `{campaign}` */
  introCampaign: string;
  /** `{closes}` */
  closes: string;
  unit: string;
  choose: string;
  messenger: string;
  messengerHint: string;
  zalo: string;
  zaloHint: string;
  zaloHintNoCode: string;
  code: string;
  copy: string;
  copied: string;
  /** Said with a code nobody gave out. */
  unknownCode: string;
  noChannel: string;
  /** Name of the other language, in that language. */
  otherLang: string;
};

/** Fills `{name}` from `values`; an unknown name stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Every key of `LandingTexts`; the sentences stand under `landing.` in the locales. */
export const LANDING_KEYS = [
  'title',
  'intro',
  'introCampaign',
  'closes',
  'unit',
  'choose',
  'messenger',
  'messengerHint',
  'zalo',
  'zaloHint',
  'zaloHintNoCode',
  'code',
  'copy',
  'copied',
  'unknownCode',
  'noChannel',
  'otherLang',
] as const satisfies readonly (keyof LandingTexts)[];
