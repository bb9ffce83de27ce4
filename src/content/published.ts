import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { Texts } from '../engine/texts.ts';
import { checkIntake } from './check-intake.ts';
import { checkCampaign, checkUnitsOf, type FaultCode, type TellFault } from './check.ts';
import { foldCode } from './codes.ts';
import { checkTexts } from './check-texts.ts';
import { campaignSchema, intakeSchema, type CampaignFile, type IntakeFile } from './schemas.ts';
import { checkUnitRows, type UnitFaultCode } from './unit-checks.ts';
import { readUnitRows, type UnitRow, type UnitRowsRead } from './unit-rows.ts';

/** A campaign in the form in which it is edited and published: what its files under `flows/` hold. */
export type PublishedCampaign = {
  /** Its id, the name of the folder. */
  campaign: string;
  /** From 1; 0 = as in the files. */
  version: number;
  file: CampaignFile;
  intake: IntakeFile;
  units: readonly UnitRow[];
  note: string;
  /** Who published it; null for the files. */
  by: { id: string; name: string } | null;
  /** Epoch ms; 0 for the files. */
  at: number;
};

/**
 * One mistake in what is to be published: where it is, and what. Paths: `phases.0.closesAt` in the campaign,
 * `intake.steps.3.options` in the questions, `units.17` for a row of the list.
 */
export type PublishFault = {
  path: string;
  /** Stable, for a sentence in the reader's language; `shape` = refused by the schema. */
  code: FaultCode | UnitFaultCode | 'shape';
  facts: Readonly<Record<string, string | number>>;
  /** For developers, in English. */
  message: string;
};

type Unchecked = { campaign: string; file: unknown; intake: unknown; units: readonly UnitRow[] };

/** All that is wrong with what is to be published, as for files. `codes`: QR codes of every campaign, by id. */
export function checkPublished(
  { campaign, file: campaignFile, intake: intakeFile, units }: Unchecked,
  { texts, codes }: { texts: Texts; codes: ReadonlyMap<string, string> },
): PublishFault[] {
  const faults: PublishFault[] = [];
  const tell =
    (prefix: string): TellFault =>
    (path, code, facts, message) =>
      faults.push({ path: prefix + path.map(String).join('.'), code, facts, message });
  const read = <T>(schema: z.ZodType<T>, value: unknown, prefix: string): T | null => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message, code } of parsed.error.issues) {
      faults.push({ path: prefix + path.map(String).join('.'), code: 'shape', facts: { kind: code }, message });
    }
    return null;
  };
  const file = read(campaignSchema, campaignFile, '');
  const intake = read(intakeSchema, intakeFile, 'intake.');
  for (const { index, code, facts, message } of checkUnitRows(units)) {
    faults.push({ path: index < 0 ? 'units' : `units.${index}`, code, facts, message });
  }
  const areUnitsFine = !faults.some(({ code }) => code.startsWith('unit.'));
  if (intake) checkIntake(intake, tell('intake.'));
  if (!file) return faults;
  checkCampaign(file, tell(''));
  checkTexts({ file, intake }, texts, tell(''), tell('intake.'));
  if (areUnitsFine) checkUnitsOf(file, units, tell(''));
  for (const [other, code] of codes) {
    if (other !== campaign && foldCode(code) === foldCode(file.code))
      tell('')(['code'], 'code.taken', { campaign: other }, `the code is that of ${other}`);
  }
  return faults;
}

/**
 * A version as a store gave it. Throws AppError `content.invalid` when it is none that this program knows.
 * @param readRows gives the rows of a list, where the same list is often read
 */
export function readStored(
  stored: {
    campaign: string;
    version: number;
    file: unknown;
    intake: unknown;
    units: string;
    note: string;
    by: { id: string; name: string };
    at: number;
  },
  readRows: (csv: string) => UnitRowsRead = readUnitRows,
): PublishedCampaign {
  const file = campaignSchema.safeParse(stored.file);
  const intake = intakeSchema.safeParse(stored.intake);
  const { rows, faults } = readRows(stored.units);
  if (file.success && intake.success && faults.length === 0) {
    return { ...stored, file: file.data, intake: intake.data, units: rows };
  }
  const issue = file.error?.issues[0] ?? intake.error?.issues[0];
  throw new AppError('content.invalid', 'a published version cannot be read', {
    facts: {
      campaign: stored.campaign,
      version: stored.version,
      at: issue?.path.map(String).join('.') ?? 'units',
      why: issue?.message ?? faults[0]?.message ?? '',
    },
  });
}
