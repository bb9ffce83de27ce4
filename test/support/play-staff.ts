import { never } from '../../src/base/never.ts';
import type { Answer, ProofFile } from '../../src/core/answers.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import type { ActResult, StaffAct } from '../../src/core/handover.ts';
import type { Flow, Step } from '../../src/engine/flow.ts';

type Base = Pick<InboundEvent, 'id' | 'contact' | 'sentAt'>;

/** Invented colleagues: `@` is the first, `@2` the second. */
export const STAFF = [
  { staff: 's-mai', name: 'Chị Mai' },
  { staff: 's-tu', name: 'Anh Tú' },
] as const;

export type StaffLine = { who: (typeof STAFF)[number]; what: string; rest: string };

/** Takes `@ say Chào anh` apart; null for another line. */
export function readStaffLine(line: string): StaffLine | null {
  const match = /^@(2?) (\w+) ?(.*)$/.exec(line);
  return match && { who: STAFF[match[1] === '2' ? 1 : 0], what: match[2] ?? '', rest: match[3] ?? '' };
}

/** The event that a line stands for; `request` is the id of the open request for a person. */
export function staffEvent({ who, what, rest }: StaffLine, base: Base, flow: Flow, request: string): InboundEvent {
  const act = (one: StaffAct): InboundEvent => ({ ...base, type: 'staff', ...who, act: one });
  const echo = { ...base, type: 'echo' as const, messageId: base.id, text: rest };
  switch (what) {
    case 'takeOver':
    case 'close':
    case 'submit':
      return act({ type: what });
    case 'assign':
      return act({ type: 'assign', to: STAFF[1].staff, toName: STAFF[1].name });
    case 'handBack':
      return act({ type: 'handBack', parting: rest });
    case 'say':
      return act({ type: 'say', text: rest });
    case 'sendFile':
      return act({ type: 'sendFile', file: fileNamed(rest) });
    case 'startDraft':
      return act({ type: 'startDraft', campaign: rest });
    case 'answer': {
      const [id = '', ...value] = rest.split(' ');
      return act({ type: 'answer', step: id, value: answerOf(flow.byId.get(id), value.join(' ')) });
    }
    case 'inbox':
      return { ...echo, origin: 'staff', staff: 'oa-admin-7' };
    case 'unsure':
      return { ...echo, origin: 'unsure' };
    case 'control':
      return { ...base, type: 'control', kind: rest as 'takenFromUs' };
    case 'unanswered':
      return { ...base, type: 'unanswered', request };
    default:
      return never(what as never, 'staff line');
  }
}

/** `84/84-3|Công ty may` is a unit with a workplace in words; files and links of proof are set apart by commas. */
function answerOf(step: Step | undefined, value: string): Answer {
  switch (step?.type) {
    case 'phone':
      return { type: 'phone', e164: value };
    case 'unit': {
      const [path = '', other = ''] = value.split('|');
      return { type: 'unit', path: path === '' ? [] : path.split('/'), other };
    }
    case 'choice':
      return { type: 'choice', code: value };
    case 'longText':
      return { type: 'longText', parts: value === '' ? [] : value.split('\\n'), done: true };
    case 'consent':
    case 'yesNo':
      return { type: 'yesNo', yes: value === 'yes' };
    case 'attachments': {
      const parts = value === '' ? [] : value.split(', ');
      const links = parts.filter((part) => part.includes('/'));
      return { type: 'attachments', files: parts.filter((p) => !links.includes(p)).map(fileNamed), links, done: true };
    }
    default:
      return { type: 'text', text: value };
  }
}

/** The file that the stand-in fetch stores under this name. */
export function fileNamed(name: string): ProofFile {
  const mime = name.endsWith('.pdf') ? 'application/pdf' : name.endsWith('.m4a') ? 'audio/x-m4a' : 'image/jpeg';
  return { fileId: `f-${name}`, name, mime, size: 1000, sha256: 'a'.repeat(64) };
}

/** `done`, `done: 0912… → 0987…`, `refused held: …`. */
export function showResult(result: ActResult): string {
  if (result.type === 'refused') return `refused ${result.why}${result.text && `: ${result.text}`}`;
  const { before, after, code } = result;
  const change = after ? `: ${before ? showAnswer(before) : '–'} → ${showAnswer(after)}` : '';
  return `done${change}${code ? ` ${code}` : ''}`;
}

export function showAnswer(a: Answer): string {
  switch (a.type) {
    case 'text':
      return a.text.slice(0, 40);
    case 'phone':
      return a.e164;
    case 'unit':
      return [...a.path, a.other].filter(Boolean).join('/');
    case 'choice':
      return a.code;
    case 'longText':
      return `${[...a.parts.join('\n')].length} chars`;
    case 'yesNo':
      return a.yes ? 'yes' : 'no';
    case 'attachments':
      return `${a.files.length} files ${a.links.length} links`;
  }
}
