import type { Flow, World } from '../engine/flow.ts';

/**
 * Codes are typed from posters: case, spaces, dashes and other signs and the look-alikes O/0 and I/L/1 do not matter, nor that a
 * Vietnamese keyboard (Telex) makes one letter of a typed W.
 */
export function foldCode(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/Ư/g, 'W')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}

/** The printed form of a code: `1TR-84`; the campaign alone: `1TR`. */
export const showCode = (campaign: string, unit: string | null): string =>
  unit === null ? campaign : `${campaign}-${unit}`;

/** Longest message that is looked at as a code. */
const MAX_CODE = 40;
/** What polite people write around a code: "code of the unit: …", "…, please". */
const BEFORE = /^\s*(?:mã|ma|code)(?:\s+(?:số|so|qr|đơn\s+vị|don\s+vi))*(?:\s*[:.-])?\s+(?=\S)/iu;
const AFTER = /[\s,.!]+(?:ạ|nhé|nhe|nha)[\s.!]*$/iu;

/** Finds what a scanned or typed code stands for: `<campaign code>` or `<campaign code>-<unit code>`. */
export function compileCodes(flows: ReadonlyMap<string, Flow>): World['findCode'] {
  const byCampaign = [...flows.values()].map((flow) => ({
    flow,
    code: foldCode(flow.campaign.code),
    units: new Map<string, string>(),
  }));
  for (const { flow, units } of byCampaign) {
    const walk = (parent: string | null): void => {
      for (const unit of flow.campaign.units.childrenOf(parent)) {
        units.set(foldCode(unit.code), unit.code);
        walk(unit.code);
      }
    };
    walk(null);
    for (const [old, now] of flow.campaign.units.moved) units.set(foldCode(old), now); // posters of before still hang
  }
  return (text) => {
    if (text.length > MAX_CODE) return null;
    const folded = foldCode(text.replace(BEFORE, '').replace(AFTER, ''));
    for (const { flow, code, units } of byCampaign) {
      if (!folded.startsWith(code)) continue;
      const rest = folded.slice(code.length);
      if (rest === '') return { flow, unit: null };
      const unit = units.get(rest);
      if (unit !== undefined) return { flow, unit };
    }
    return null;
  };
}
