import type { Answers } from '../../src/core/answers.ts';
import type { EntrySubmission, ReviewState } from '../../src/core/entry.ts';
import type { Outcome, Request } from '../../src/core/request.ts';

type Kept = {
  code: string;
  entry: EntrySubmission;
  revisions: { key: string; at: number; answers: Answers }[];
  state: ReviewState;
  reason: string;
};

/**
 * The outside as a conversation sees it: a stand-in for MongoDB made of maps that keeps the promises of `Request`:
 * a draft is saved once, a correction once, strangers learn only the state. `codeOf` gives the public code of a draft's entry.
 */
export type Shell = {
  answer(request: Request): Outcome;
  review(code: string, state: ReviewState, reason: string): void;
  entries(): readonly Kept[];
};

export function makeShell(codeOf?: (draftId: string) => string): Shell {
  const byDraft = new Map<string, Kept>();
  const find = (code: string) => [...byDraft.values()].find((kept) => kept.code === code);
  const titleOf = (kept: Kept): string => {
    const title = kept.revisions.at(-1)?.answers['title'];
    return title?.type === 'text' ? title.text : '';
  };
  return {
    entries: () => [...byDraft.values()],
    review(code, state, reason) {
      const kept = find(code);
      if (kept) Object.assign(kept, { state, reason });
    },
    answer(request) {
      switch (request.type) {
        case 'submitEntry': {
          const { entry } = request;
          const kept = byDraft.get(entry.draftId) ?? {
            code: codeOf?.(entry.draftId) ?? `SK-7K3F-92Q${'XWTRP'[byDraft.size] ?? 'X'}`,
            entry,
            revisions: [{ key: entry.draftId, at: entry.submittedAt, answers: entry.answers }],
            state: 'received' as const,
            reason: '',
          };
          byDraft.set(entry.draftId, kept);
          return {
            type: 'entrySaved',
            code: kept.code,
            revision: 1,
            submittedAt: kept.entry.submittedAt,
          };
        }
        case 'reviseEntry': {
          const kept = find(request.code);
          if (!kept || kept.entry.contact !== request.entry.contact)
            return { type: 'entryLocked', code: request.code, state: 'unknown' };
          if (kept.state !== 'received' && kept.state !== 'needsSupplement') {
            return { type: 'entryLocked', code: kept.code, state: kept.state };
          }
          if (!kept.revisions.some((r) => r.key === request.revisionKey)) {
            const { answers, submittedAt: at } = request.entry;
            kept.revisions.push({ key: request.revisionKey, at, answers });
          }
          const at = kept.revisions.findIndex((r) => r.key === request.revisionKey);
          return {
            type: 'entrySaved',
            code: kept.code,
            revision: at + 1,
            submittedAt: kept.revisions[at]?.at ?? kept.entry.submittedAt,
          };
        }
        case 'withdrawEntry': {
          const kept = find(request.code);
          if (!kept || kept.entry.contact !== request.contact)
            return { type: 'entryLocked', code: request.code, state: 'unknown' };
          if (kept.state === 'accepted' || kept.state === 'rejected') {
            return { type: 'entryLocked', code: kept.code, state: kept.state };
          }
          kept.state = 'withdrawn';
          return { type: 'entryWithdrawn', code: kept.code };
        }
        case 'loadEntry': {
          const kept = find(request.code);
          if (!kept || kept.entry.contact !== request.contact)
            return { type: 'entryLocked', code: request.code, state: 'unknown' };
          if (kept.state !== 'received' && kept.state !== 'needsSupplement') {
            return { type: 'entryLocked', code: kept.code, state: kept.state };
          }
          return {
            type: 'entryLoaded',
            code: kept.code,
            campaign: kept.entry.campaign,
            answers: kept.revisions.at(-1)?.answers ?? {},
          };
        }
        case 'findEntries': {
          const mine = (kept: Kept) => kept.entry.contact === request.contact;
          const found =
            request.code === null ? [...byDraft.values()].filter(mine) : [find(request.code)].flatMap((k) => k ?? []);
          return {
            type: 'entriesFound',
            entries: found.toReversed().map((kept) => ({
              code: kept.code,
              campaign: kept.entry.campaign,
              title: mine(kept) ? titleOf(kept) : '',
              state: kept.state,
              reason: mine(kept) ? kept.reason : '',
              submittedAt: kept.entry.submittedAt,
              revision: kept.revisions.length,
              own: mine(kept),
            })),
          };
        }
        case 'deleteData': {
          const mine = [...byDraft].filter(([, kept]) => kept.entry.contact === request.contact);
          for (const [draft] of mine) byDraft.delete(draft);
          return { type: 'dataDeleted', entries: mine.length };
        }
      }
    },
  };
}
