import { useState } from 'react';
import type { ConversationView, Uploaded } from '../../api/types.ts';
import { call } from '../lib/http.ts';
import { useTexts } from '../lib/texts.tsx';
import { showSize } from '../lib/time.ts';
import { describe } from '../shell/states.tsx';
import type { Acts } from './acts.ts';

/** Sends a file from this machine to the person. What the platform would not take is refused before a byte is sent. */
export function useUpload(view: ConversationView, acts: Acts) {
  const { t, lang, has } = useTexts();
  const [isUploading, setUploading] = useState(false);
  const [fault, setFault] = useState('');
  const upload = async (file: File) => {
    setFault('');
    const limit = view.fileLimits.find(({ mime }) => mime === file.type);
    if (!limit) return setFault(t('error.why.fileType'));
    if (file.size === 0) return setFault(t('error.why.fileEmpty'));
    if (file.size > limit.maxBytes) return setFault(t('composer.tooBig', { size: showSize(lang, limit.maxBytes) }));
    setUploading(true);
    try {
      const path = `/conversations/${encodeURIComponent(view.row.contact)}/files`;
      const { file: stored } = await call<Uploaded>('POST', path, { name: file.name }, file);
      acts.say({ type: 'sendFile', fileId: stored.fileId }, stored.name);
    } catch (error) {
      setFault(describe(error, t, has));
    } finally {
      setUploading(false);
    }
  };
  return { upload, isUploading, fault };
}
