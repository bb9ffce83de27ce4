import { contactId } from '../../../src/core/contact.ts';
import type { EntrySubmission } from '../../../src/core/entry.ts';

export const AT = Date.UTC(2022, 4, 28, 1);
export const worker = contactId('zalo', 'oa1', 'u1');
export const stranger = contactId('messenger', 'page1', 'u2');

export const submission = (changes: Partial<EntrySubmission> = {}): EntrySubmission => ({
  draftId: 'draft-1',
  contact: worker,
  campaign: '01-trieu-sang-kien',
  phase: 'dot-1',
  flowVersion: 'f1',
  lang: 'vi',
  answers: { title: { type: 'text', text: 'Máy gieo hạt' }, phone: { type: 'phone', e164: '+84900000001' } },
  submittedAt: AT,
  outsideCount: false,
  ...changes,
});

export const titled = (text: string): EntrySubmission['answers'] => ({ title: { type: 'text', text } });
