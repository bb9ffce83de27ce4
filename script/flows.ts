/** Checks `flows/` and `locales/`, and writes a picture of each flow (Mermaid) into `flows/<campaign>/README.md`: `npm run flows`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorld } from '../src/content/world.ts';
import type { Flow, Step } from '../src/engine/flow.ts';
import { rawSentence, say } from '../src/engine/texts.ts';
import { showClosing, showInstant, type ShownTime } from '../src/engine/times.ts';

const flowsDir = process.env['FLOWS_DIR'] ?? 'flows';
const world = readWorld({ flowsDir, localesDir: process.env['LOCALES_DIR'] ?? 'locales', campaign: null });

const label = (step: Step): string => rawSentence(world.texts, 'vi', `${step.key}.label`);
const time = ({ key, ...params }: ShownTime): string => say(world.texts, 'vi', `time.${key}`, params);
const clean = (text: string): string => text.replace(/["[\]{}|<>]/g, ' ');

function limits(step: Step): string {
  switch (step.type) {
    case 'text':
    case 'longText':
      return ` ≤ ${step.max} ký tự`;
    case 'attachments':
      return ` ≤ ${step.maxFiles} tệp`;
    case 'choice':
      return ` ${step.options.length} lựa chọn`;
    default:
      return '';
  }
}

function diagram(flow: Flow): string {
  const lines = ['flowchart TD'];
  for (const [index, step] of flow.steps.entries()) {
    const part = step.part > 0 ? `${step.part}. ` : '';
    lines.push(
      `  ${step.id}["${part}${clean(label(step))}<br/><small>${step.type}${limits(step)}${step.optional ? ', tùy chọn' : ''}</small>"]`,
    );
    const next = flow.steps[index + 1];
    if (next) lines.push(`  ${step.id} -->${next.when ? `|"${next.when.field} = ${next.when.is}"|` : ''} ${next.id}`);
  }
  lines.push('  review -->|nộp| saved(["Mã hồ sơ"])', '  review -.->|sửa N| name');
  return lines.join('\n');
}

for (const [id, flow] of world.flows) {
  const { campaign } = flow;
  const text = [
    `# ${campaign.shortName.vi}`,
    '',
    `${campaign.name.vi}. Written by \`npm run flows\` from \`campaign.yaml\` and \`intake.yaml\`; edit those.`,
    '',
    `- Mã trên áp phích: \`${campaign.code}\`, \`${campaign.code}-84\``,
    ...campaign.phases.map(
      (phase) =>
        `- ${phase.name.vi}: từ ${time(showInstant(phase.opensAt))} đến trước ${time(showClosing(phase.closesAt))}`,
    ),
    `- ${campaign.units.size} đơn vị`,
    '',
    '```mermaid',
    diagram(flow),
    '```',
    '',
  ].join('\n');
  writeFileSync(join(flowsDir, id, 'README.md'), text);
  console.log(`${id}: ${flow.steps.length} steps, ${campaign.units.size} units: fine`);
}
