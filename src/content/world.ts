import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { phaseAt } from '../core/campaign.ts';
import { compileCommandWords, type CommandWords } from '../engine/commands.ts';
import type { Flow, World } from '../engine/flow.ts';
import type { Texts } from '../engine/texts.ts';
import { checkIntake } from './check-intake.ts';
import { checkCampaign, checkUnitsOf, type TellFault } from './check.ts';
import { compileCodes } from './codes.ts';
import { compareLocales, readLocale, type Locale } from './locales.ts';
import { checkTexts } from './check-texts.ts';
import { compilePublished, type Compiled } from './compile-published.ts';
import type { PublishedCampaign } from './published.ts';
import { campaignSchema, intakeSchema } from './schemas.ts';
import { readUnits } from './units.ts';
import { lineOf, parseYaml, readYaml, type Fault, type YamlFile } from './yaml.ts';

export type ContentOptions = {
  flowsDir: string;
  localesDir: string;
  /** Campaign for people who come without a code; null = the newest open one. */
  campaign: string | null;
};

/** What stands in `flows/` and `locales/`, checked. */
export type Content = {
  campaigns: ReadonlyMap<string, PublishedCampaign>;
  texts: Texts;
  words: CommandWords;
  /** As in the options. */
  campaign: string | null;
};

/** Reads and compiles `flows/` and `locales/`; of units with dates, those after all that is known. Throws as `readContent`. */
export function readWorld(options: ContentOptions): World {
  const content = readContent(options);
  return makeWorld(
    content,
    [...content.campaigns.values()].map((one) => compilePublished(one, content.texts, Infinity)),
  );
}

/** Reads `flows/` and `locales/`. Throws AppError `content.invalid` that lists every fault with file and line. */
export function readContent(options: ContentOptions): Content {
  const faults: Fault[] = [];
  const content = tryContent(options, faults);
  if (content && faults.length === 0) return content;
  const list = faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`).join('\n');
  throw new AppError('content.invalid', `flows and locales have ${faults.length} fault(s):\n${list}`);
}

/** The world of these campaigns, in their order. */
export function makeWorld({ texts, words, campaign }: Content, compiled: readonly Compiled[]): World {
  const flows = new Map(compiled.map(({ flow }) => [flow.campaign.id, flow]));
  const own = compiled.filter(({ sentences }) => sentences.vi.size > 0);
  const withOwn = (lang: 'vi' | 'en'): Texts['vi'] =>
    own.length === 0 ? texts[lang] : new Map([...texts[lang], ...own.flatMap(({ sentences }) => [...sentences[lang]])]);
  return {
    flows,
    defaultFlow: (at) => defaultFlow(flows, campaign, at),
    findCode: compileCodes(flows),
    texts: { vi: withOwn('vi'), en: withOwn('en') },
    words,
  };
}

function tryContent({ flowsDir, localesDir, campaign }: ContentOptions, faults: Fault[]): Content | null {
  const locale = (lang: string): Locale => {
    const file = join(localesDir, `${lang}.yaml`);
    return readLocale(parseYaml(readText(file, faults), file, faults), faults);
  };
  const locales = { vi: locale('vi'), en: locale('en') };
  compareLocales(locales, faults);
  const texts: Texts = { vi: locales.vi.sentences, en: locales.en.sentences };
  const campaigns = new Map<string, PublishedCampaign>();
  const folders = readdirSync(flowsDir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    const read = readFolder(flowsDir, name, texts, faults);
    if (read) campaigns.set(name, read);
  }
  if (folders.length === 0) faults.push({ file: flowsDir, line: 1, message: 'no campaign folder' });
  if (campaign !== null && !folders.some(({ name }) => name === campaign)) {
    faults.push({ file: flowsDir, line: 1, message: `CAMPAIGN names "${campaign}", and there is no such folder` });
  }
  if (faults.length > 0) return null;
  const words: Record<string, string[]> = {};
  for (const { commands } of Object.values(locales)) {
    for (const [name, list] of commands) words[name] = [...(words[name] ?? []), ...list];
  }
  return { campaigns, texts, words: compileCommandWords(words), campaign };
}

function readFolder(flowsDir: string, id: string, texts: Texts, faults: Fault[]): PublishedCampaign | null {
  const path = (file: string) => join(flowsDir, id, file);
  const campaignYaml = parseYaml(readText(path('campaign.yaml'), faults), path('campaign.yaml'), faults);
  const intakeYaml = parseYaml(readText(path('intake.yaml'), faults), path('intake.yaml'), faults);
  const file = readYaml(campaignYaml, campaignSchema, faults);
  const intake = readYaml(intakeYaml, intakeSchema, faults);
  const tell =
    (yaml: YamlFile): TellFault =>
    (at, _code, _facts, message) =>
      faults.push({ file: yaml.file, line: lineOf(yaml, at), message });
  if (file) checkCampaign(file, tell(campaignYaml));
  if (intake) checkIntake(intake, tell(intakeYaml));
  if (!file || !intake) return null;
  checkTexts({ file, intake }, texts, tell(campaignYaml), tell(intakeYaml));
  const unitsFile = path(file.units);
  const units = readUnits(readText(unitsFile, faults), unitsFile);
  faults.push(...units.faults.map(({ line, message }) => ({ file: unitsFile, line, message })));
  if (units.faults.length === 0) checkUnitsOf(file, units.rows, tell(campaignYaml));
  return { campaign: id, version: 0, file, intake, units: units.rows, note: '', by: null, at: 0 };
}

function readText(file: string, faults: Fault[]): string {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  faults.push({ file, line: 1, message: 'the file is missing' });
  return '';
}

/** The configured campaign; else the open one that opened last; else the one that opens next; else the last to close. */
function defaultFlow(flows: ReadonlyMap<string, Flow>, configured: string | null, at: number): Flow {
  const fixed = configured === null ? undefined : flows.get(configured);
  if (fixed) return fixed;
  const rank = (flow: Flow): number => {
    const where = phaseAt(flow.campaign.phases, at);
    switch (where.type) {
      case 'open':
        return 3e15 + where.phase.opensAt;
      case 'before':
      case 'between':
        return 2e15 - where.next.opensAt;
      case 'over':
        return where.last.closesAt - 1e15;
    }
  };
  const [best] = [...flows.values()].toSorted((a, b) => rank(b) - rank(a));
  if (!best) throw new Error('no campaign');
  return best;
}
