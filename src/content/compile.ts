import type { Campaign, DeadlineOverride, Phase, Reminders, Support } from '../core/campaign.ts';
import type { UnitTree } from '../core/unit.ts';
import type { Flow, Step } from '../engine/flow.ts';
import { compileChoices } from '../engine/readers/choice.ts';
import { ownKey } from './own-texts.ts';
import { FILE_TYPES, type CampaignFile, type IntakeFile, type StepFile } from './schemas.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const compilePhases = (file: CampaignFile): Phase[] =>
  file.phases.map(({ id, name, opensAt, closesAt }) => ({
    id,
    name,
    opensAt: Date.parse(opensAt),
    closesAt: Date.parse(closesAt),
  }));

export const compileDeadlines = (file: CampaignFile): DeadlineOverride[] =>
  file.deadlines.map(({ unit, phase, opensAt, closesAt }) => ({
    unit,
    phase,
    opensAt: opensAt === undefined ? null : Date.parse(opensAt),
    closesAt: closesAt === undefined ? null : Date.parse(closesAt),
  }));

/** Makes the campaign that the engine works with; the file was checked before. `published`: number of the version, 0 = the files. */
export function compileCampaign(id: string, file: CampaignFile, units: UnitTree, published = 0): Campaign {
  return {
    id,
    published,
    code: file.code,
    name: file.name,
    shortName: file.shortName,
    phases: compilePhases(file),
    deadlines: compileDeadlines(file),
    quotas: file.quotas,
    reminders: compileReminders(file.reminders),
    countedUntil: file.countedUntil === null ? null : Date.parse(file.countedUntil),
    papersDatedUntil: file.papersDatedUntil === null ? null : Date.parse(file.papersDatedUntil),
    applicationWindow: file.applicationWindow,
    contactLines: file.contacts,
    links: file.links,
    receiptPrefix: file.receiptPrefix,
    draftGraceDays: file.draftGraceDays,
    support: compileSupport(file.support),
    units,
  };
}

function compileReminders(file: CampaignFile['reminders']): Reminders {
  const toMs = (hours: number): number => hours * HOUR_MS;
  const { zalo, messenger } = file.silentHours;
  return {
    beforeMs: file.hoursBefore.map(toMs).toSorted((a, b) => b - a),
    most: file.most,
    silentMs: { zalo: zalo && toMs(zalo), messenger: messenger && toMs(messenger) },
    tellResults: file.tellResults,
    approveAbove: file.approveAbove,
  };
}

function compileSupport(file: CampaignFile['support']): Support {
  const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return {
    hours: file.hours.map(({ days, from, to }) => ({ days, fromMinute: minuteOf(from), toMinute: minuteOf(to) })),
    helpAfterMisses: file.helpAfterMisses,
    tellWaitingAfterMs: file.tellWaitingAfterMinutes * MINUTE_MS,
    unsurePauseMs: file.unsurePauseMinutes * MINUTE_MS,
    remindStaffAfterMs: file.remindStaffAfterMinutes * MINUTE_MS,
    handBackWords: file.handBackWords,
    autoReplies: file.autoReplies,
    canned: file.canned,
  };
}

/** @param version answers of a draft of another one are looked at again */
export function compileFlow(
  campaign: Campaign,
  campaignFile: CampaignFile,
  intake: IntakeFile,
  version = intake.version,
): Flow {
  const keyOf = (key: string): string => ownKey(campaign.id, campaignFile, key);
  const steps = intake.steps.map((step) => compileStep(step, keyOf(step.text)));
  return {
    campaign,
    version,
    steps,
    byId: new Map(steps.map((step) => [step.id, step])),
    parts: Math.max(...steps.map((step) => step.part)),
    guideKey: keyOf(campaignFile.guide),
  };
}

function compileStep(file: StepFile, key: string): Step {
  const base = {
    id: file.id,
    key,
    field: 'field' in file ? file.field : '',
    part: 'part' in file ? file.part : 0,
    when: file.when ?? null,
    optional: file.optional ?? false,
  };
  switch (file.type) {
    case 'consent':
    case 'phone':
    case 'unit':
    case 'review':
      return { ...base, type: file.type };
    case 'text':
      return { ...base, type: 'text', reader: file.reader, max: file.max };
    case 'longText':
      return { ...base, type: 'longText', max: file.max };
    case 'yesNo':
      return { ...base, type: 'yesNo', expect: file.expect, otherwise: file.otherwise };
    case 'choice':
      return {
        ...base,
        type: 'choice',
        options: file.options.map(({ code, label, short }) => ({ code, label, short })),
        matcher: compileChoices(
          file.options.map(({ label, short, aliases }) => ({
            label: label.vi,
            short: short.vi,
            aliases: [...aliases, label.en, short.en],
          })),
        ),
      };
    case 'attachments':
      return {
        ...base,
        type: 'attachments',
        maxFiles: file.maxFiles,
        maxBytes: Math.round(file.maxMegabytes * 1_000_000),
        mimes: file.types.flatMap((type) => [...FILE_TYPES[type]]),
        linkHosts: file.linkHosts,
      };
    default:
      throw new Error('unknown step type');
  }
}
