import type { Answer, ProofFile } from '../../core/answers.ts';
import type { Attachment, FileOutcome } from '../../core/event.ts';
import type { StepOf } from '../flow.ts';
import { readCommand } from '../commands.ts';
import { readLinks } from '../readers/link.ts';
import { action, mustDraft, note, putDraft, tell, type Talk } from '../talk.ts';
import {
  answered,
  checkAnswered,
  checkRefused,
  refused,
  STAY,
  type Check,
  type StepType,
  type Verdict,
} from './step-type.ts';

type Gathered = Extract<Answer, { type: 'attachments' }>;
const NOTHING: Gathered = { type: 'attachments', files: [], links: [], done: false };

/** Proof: pictures, PDF or Word files, or a Drive link; gathered until "xong", or none at all. */
export const attachments: StepType<'attachments'> = {
  question(talk, step) {
    const { files, links } = gathered(talk, step);
    const have = files.length + links.length;
    if (have === 0) {
      return {
        text: tell(talk, `${step.key}.prompt`, { max: step.maxFiles, megabytes: megabytesOf(step) }),
        options: [action(talk, 'skip')],
      };
    }
    const names = [...files.map((f) => f.name), ...links].join(', ');
    return {
      text: tell(talk, 'files.have', { count: have, max: step.maxFiles, names }),
      options: [action(talk, 'done'), action(talk, 'clear')],
    };
  },
  answer(talk, step, input) {
    const now = gathered(talk, step);
    const word = input.type === 'tap' ? input.value : (readCommand(input.text, talk.world.words)?.name ?? '');
    const pending = Object.keys(mustDraft(talk).fetching).length;
    if (word === 'done' || word === 'skip') {
      if (pending > 0) return refused('files.pending', { count: pending });
      if (word === 'done' && now.files.length + now.links.length === 0) return refused('files.none');
      return answered({ ...now, done: true });
    }
    if (word === 'clear' || word === 'rewrite') {
      store(talk, step, NOTHING);
      return STAY;
    }
    if (input.type === 'tap') return STAY;
    return links(talk, step, now, input.text);
  },
  fits: (_step, answer) => answer.type === 'attachments', // what was taken while more was allowed stays
  check: (talk, step, value) => (value.type === 'attachments' ? check(talk, step, value) : checkRefused(talk, '')),
  show(talk, _step, answer) {
    if (answer.type !== 'attachments') return '';
    const pictures = answer.files.filter((f) => f.mime.startsWith('image/')).length;
    const shown = [
      ...(pictures > 0 ? [tell(talk, 'files.pictures', { count: pictures })] : []),
      ...(answer.files.length > pictures ? [tell(talk, 'files.files', { count: answer.files.length - pictures })] : []),
      ...(answer.links.length > 0 ? [tell(talk, 'files.links', { count: answer.links.length })] : []),
    ];
    return shown.length > 0 ? shown.join(', ') : tell(talk, 'files.noneShown');
  },
};

/** Files come from the person: they stand in the draft, or came while staff had the conversation. */
function check(talk: Talk, step: StepOf<'attachments'>, { files, links }: Gathered): Check {
  const pending = Object.keys(mustDraft(talk).fetching).length;
  if (pending > 0) return checkRefused(talk, 'reject.files.pending', { count: pending });
  const has = [...gathered(talk, step).files, ...talk.session.sentFiles];
  const kept = new Map<string, ProofFile>();
  for (const { fileId } of files) {
    const file = has.find((one) => one.fileId === fileId);
    if (!file) return checkRefused(talk, 'handover.unknownFile');
    const fault = step.mimes.includes(file.mime) ? (file.size > step.maxBytes ? 'size' : null) : 'type';
    if (fault) return checkRefused(talk, `files.fault.${fault}`, { name: file.name, megabytes: megabytesOf(step) });
    kept.set(fileId, file);
  }
  const read = links.map((link) => readLinks(link, step.linkHosts));
  const bad = read.find(({ ok }) => ok.length === 0);
  if (bad) {
    const [first] = bad.refused;
    const key = first ? `reject.files.link.${first.reason}` : 'reject.files.words';
    return checkRefused(talk, key, { hosts: step.linkHosts.join(', ') });
  }
  const ok = [...new Set(read.flatMap((one) => one.ok))];
  if (kept.size + ok.length > step.maxFiles) return checkRefused(talk, 'reject.files.tooMany', { max: step.maxFiles });
  return checkAnswered({ type: 'attachments', files: [...kept.values()], links: ok, done: true });
}

const megabytesOf = (step: StepOf<'attachments'>): number => Math.floor(step.maxBytes / 1e6);

/** Asks the shell to fetch what can be proof; false when nothing of it can. */
export function fetchItems(talk: Talk, step: StepOf<'attachments'>, items: readonly Attachment[]): boolean {
  const wanted = items.filter((item) => (item.kind === 'image' || item.kind === 'file') && item.url !== undefined);
  if (wanted.length === 0) return false;
  const draft = mustDraft(talk);
  const { files, links: have } = gathered(talk, step);
  const waiting = Object.values(draft.fetching).reduce((sum, n) => sum + n, 0);
  const room = Math.max(0, step.maxFiles - files.length - have.length - waiting);
  const taken = wanted.slice(0, room);
  const over = wanted.slice(room).map((item) => ({ name: item.name ?? '', reason: 'count' as const }));
  const request = talk.event.id;
  putDraft(talk, {
    ...draft,
    fetching: taken.length > 0 ? { ...draft.fetching, [request]: taken.length } : draft.fetching,
    fetchFaults: [...draft.fetchFaults, ...over],
  });
  if (taken.length === 0) return tellFaults(talk, step);
  talk.tasks.push({
    type: 'fetchFiles',
    request,
    contact: talk.session.contact,
    at: talk.at,
    items: taken,
    limits: { maxBytes: step.maxBytes, mimes: [...step.mimes] },
  });
  return true;
}

/** Takes in what a fetch came to and says nothing of it. True when it was the last one of an album. */
export function takeFetched(
  talk: Talk,
  step: StepOf<'attachments'>,
  request: string,
  outcomes: readonly FileOutcome[],
): boolean {
  const draft = mustDraft(talk);
  if (draft.fetching[request] === undefined) return false; // told twice, or the draft moved on
  const { [request]: _done, ...fetching } = draft.fetching;
  const now = gathered(talk, step);
  const known = new Set(now.files.map((f) => f.fileId));
  const files = storedFiles(outcomes).filter((file) => !known.has(file.fileId));
  const faults = outcomes.flatMap((o) =>
    o.type === 'stored' ? [] : [{ name: o.name, reason: o.type === 'refused' ? o.reason : ('unreachable' as const) }],
  );
  putDraft(talk, { ...draft, fetching, fetchFaults: [...draft.fetchFaults, ...faults] });
  store(talk, step, { ...now, files: [...now.files, ...files], done: false });
  return Object.keys(fetching).length === 0;
}

/** What of a fetch is kept. */
export const storedFiles = (outcomes: readonly FileOutcome[]): ProofFile[] =>
  outcomes.flatMap((o) =>
    o.type === 'stored' ? [{ fileId: o.fileId, name: o.name, mime: o.mime, size: o.size, sha256: o.sha256 }] : [],
  );

/** Says which files could not be taken, and asks on. */
export function tellFaults(talk: Talk, step: StepOf<'attachments'>): boolean {
  const draft = mustDraft(talk);
  for (const fault of draft.fetchFaults) {
    note(talk, `files.fault.${fault.reason}`, {
      name: fault.name || tell(talk, 'files.unnamed'),
      megabytes: megabytesOf(step),
      max: step.maxFiles,
    });
  }
  putDraft(talk, { ...draft, fetchFaults: [] });
  talk.asking = true;
  return true;
}

function links(talk: Talk, step: StepOf<'attachments'>, now: Gathered, typed: string): Verdict {
  const { ok, refused: bad } = readLinks(typed, step.linkHosts);
  const fresh = ok.filter((link) => !now.links.includes(link));
  const room = Math.max(0, step.maxFiles - now.files.length - now.links.length);
  if (ok.length === 0) {
    const first = bad[0];
    return first ? refused(`files.link.${first.reason}`, { hosts: step.linkHosts.join(', ') }) : refused('files.words');
  }
  if (fresh.length > room) return refused('files.tooMany', { max: step.maxFiles });
  store(talk, step, { ...now, links: [...now.links, ...fresh] });
  return STAY;
}

function gathered(talk: Talk, step: StepOf<'attachments'>): Gathered {
  const answer = mustDraft(talk).answers[step.field];
  return answer?.type === 'attachments' ? answer : NOTHING;
}

function store(talk: Talk, step: StepOf<'attachments'>, answer: Gathered): void {
  const draft = mustDraft(talk);
  putDraft(talk, { ...draft, answers: { ...draft.answers, [step.field]: answer } });
}
