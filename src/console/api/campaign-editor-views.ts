import { diffOf, type Difference } from '../../content/differences.ts';
import type { PublishedCampaign, PublishFault } from '../../content/published.ts';
import { phaseAt, type Lang } from '../../core/campaign.ts';
import type { World } from '../../engine/flow.ts';
import { rawSentence } from '../../engine/texts.ts';
import type { ChangeView, CompareView, EditorLine, FaultView, VersionView } from './types-campaigns.ts';

/** Enough to read; a list of workplaces that is another one as a whole has thousands. */
const MAX_CHANGES = 300;
const WORDS = ['label', 'prompt', 'help', 'warn', 'yes', 'no'] as const;

export const versionView = ({ version: n, note, by, at }: PublishedCampaign): VersionView => ({
  version: n,
  note,
  by: by?.name ?? null,
  at,
});

export const faultView = ({ path, code, facts, message }: PublishFault): FaultView => ({
  path,
  code,
  facts,
  text: message,
});

export function lineOf(found: PublishedCampaign, at: number, lang: Lang): EditorLine {
  const { campaign, file } = found;
  const phases = file.phases.map((phase) => ({
    ...phase,
    opensAt: Date.parse(phase.opensAt),
    closesAt: Date.parse(phase.closesAt),
  }));
  const where = phaseAt(phases, at);
  const { name, opensAt, closesAt } =
    where.type === 'open' ? where.phase : where.type === 'over' ? where.last : where.next;
  return {
    ...versionView(found),
    id: campaign,
    name: file.shortName[lang],
    code: file.code,
    isOpen: where.type === 'open',
    phase: { name: name[lang], opensAt, closesAt },
  };
}

/** The sentences of the locales alone: those of the campaign's own are in its file. */
export function sentencesOf(
  { texts }: Pick<World, 'texts'>,
  { intake }: PublishedCampaign,
  lang: Lang,
): Record<string, string> {
  const keys = intake.steps.flatMap(({ text }) => WORDS.map((word) => `${text}.${word}`));
  return Object.fromEntries(
    keys.filter((key) => texts[lang].has(key)).map((key) => [key, rawSentence(texts, lang, key)]),
  );
}

function namesOf(wanted: ReadonlySet<string>, versions: readonly PublishedCampaign[]): Record<string, string> {
  return Object.fromEntries(
    versions.flatMap(({ units }) => units.filter(({ code }) => wanted.has(code)).map(({ code, name }) => [code, name])),
  );
}

const ownDates = ({ file }: PublishedCampaign): string[] => file.deadlines.map(({ unit }) => unit);

export const unitNames = (version: PublishedCampaign): Record<string, string> =>
  namesOf(new Set(ownDates(version)), [version]);

export function compareView(before: PublishedCampaign, after: PublishedCampaign): CompareView {
  const found = diffOf(before, after);
  const changes = found.slice(0, MAX_CHANGES).map((one): ChangeView => one);
  const quotas = changes.flatMap(({ path }) => /^quotas\.([^/]+)\//.exec(path)?.[1] ?? []);
  const wanted = new Set([...ownDates(before), ...ownDates(after), ...quotas]);
  return { changes, more: found.length - changes.length, unitNames: namesOf(wanted, [before, after]) };
}

/** For the audit log: the first so many values, before and after. */
export function auditSides(found: readonly Difference[]): {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
} {
  const shown = found.slice(0, MAX_CHANGES);
  return {
    before: Object.fromEntries(shown.map(({ path, before }) => [path, before ?? null])),
    after: Object.fromEntries(shown.map(({ path, after }) => [path, after ?? null])),
  };
}
