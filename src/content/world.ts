import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { phaseAt } from '../core/campaign.ts';
import { compileCommandWords } from '../engine/commands.ts';
import type { Flow, World } from '../engine/flow.ts';
import { checkCampaign, checkIntake } from './check.ts';
import { compileCodes } from './codes.ts';
import { compileCampaign, compileFlow } from './compile.ts';
import { compareLocales, readLocale, type Locale } from './locales.ts';
import { campaignSchema, intakeSchema } from './schemas.ts';
import { compileUnits } from './unit-search.ts';
import { readUnits } from './units.ts';
import { parseYaml, readYaml, type Fault } from './yaml.ts';

export type ContentOptions = {
  flowsDir: string;
  localesDir: string;
  /** Campaign for people who come without a code; null = the newest open one. */
  campaign: string | null;
};

/** Reads and compiles `flows/` and `locales/`. Throws AppError `content.invalid` that lists every fault with file and line. */
export function readWorld(options: ContentOptions): World {
  const faults: Fault[] = [];
  const world = tryWorld(options, faults);
  if (world) return world;
  const list = faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`).join('\n');
  throw new AppError('content.invalid', `flows and locales have ${faults.length} fault(s):\n${list}`);
}

function tryWorld({ flowsDir, localesDir, campaign }: ContentOptions, faults: Fault[]): World | null {
  const locale = (lang: string): Locale => {
    const file = join(localesDir, `${lang}.yaml`);
    return readLocale(parseYaml(readText(file, faults), file, faults), faults);
  };
  const locales = { vi: locale('vi'), en: locale('en') };
  compareLocales(locales, faults);
  const sentences = new Set(locales.vi.sentences.keys());
  const flows = new Map<string, Flow>();
  const folders = readdirSync(flowsDir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    const flow = readFlow(flowsDir, name, sentences, faults);
    if (flow) flows.set(name, flow);
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
  return {
    flows,
    defaultFlow: (at) => defaultFlow(flows, campaign, at),
    findCode: compileCodes(flows),
    texts: { vi: locales.vi.sentences, en: locales.en.sentences },
    words: compileCommandWords(words),
  };
}

function readFlow(flowsDir: string, id: string, sentences: ReadonlySet<string>, faults: Fault[]): Flow | null {
  const path = (file: string) => join(flowsDir, id, file);
  const campaignYaml = parseYaml(readText(path('campaign.yaml'), faults), path('campaign.yaml'), faults);
  const intakeYaml = parseYaml(readText(path('intake.yaml'), faults), path('intake.yaml'), faults);
  const campaign = readYaml(campaignYaml, campaignSchema, faults);
  const intake = readYaml(intakeYaml, intakeSchema, faults);
  if (campaign) checkCampaign(campaignYaml, campaign, sentences, faults);
  if (intake) checkIntake(intakeYaml, intake, sentences, faults);
  if (!campaign || !intake) return null;
  const unitsFile = path(campaign.units);
  const units = readUnits(readText(unitsFile, faults), unitsFile);
  faults.push(...units.faults.map(({ line, message }) => ({ file: unitsFile, line, message })));
  return compileFlow(compileCampaign(id, campaign, compileUnits(units.units)), campaign, intake);
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
