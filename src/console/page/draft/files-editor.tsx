import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { LineFile, StepInput } from '../../api/types.ts';
import type { ProofFile } from '../../../core/answers.ts';
import { useTexts } from '../lib/texts.tsx';
import { showSize } from '../lib/time.ts';
import { EditorFrame, type EditorProps } from './editor-frame.tsx';

type Input = Extract<StepInput, { type: 'attachments' }>;

/** Proof from what was sent in the conversation, and links. */
export function FilesEditor({ step, input, lines, busy, fault, onSave, onCancel }: EditorProps & { input: Input }) {
  const { t, lang } = useTexts();
  const before = step.answer?.type === 'attachments' ? step.answer : null;
  const [chosen, setChosen] = useState<readonly string[]>(before?.files.map(({ fileId }) => fileId) ?? []);
  const [links, setLinks] = useState<readonly string[]>(before?.links ?? []);
  const [link, setLink] = useState('');
  const known = gather(before?.files ?? [], lines, input);
  const save = () => {
    const files = known.filter(({ fileId }) => chosen.includes(fileId));
    const all = link.trim() ? [...links, link.trim()] : [...links];
    onSave({ type: 'attachments', files, links: all, done: true });
  };
  return (
    <EditorFrame busy={busy} isReady={chosen.length <= input.maxFiles} onGo={save} onCancel={onCancel}>
      <fieldset className="plain">
        <legend>{t('draft.files', { n: input.maxFiles })}</legend>
        {known.length === 0 && <p className="quiet">{t('draft.noFiles')}</p>}
        {known.map((file) => (
          <Checkbox
            key={file.fileId}
            my={6}
            label={`${file.name} (${showSize(lang, file.size)})`}
            checked={chosen.includes(file.fileId)}
            onChange={(event) =>
              setChosen(
                event.currentTarget.checked ? [...chosen, file.fileId] : chosen.filter((id) => id !== file.fileId),
              )
            }
          />
        ))}
      </fieldset>
      {links.map((one) => (
        <p key={one} className="link-line">
          <span>{one}</span>
          <Button size="compact-xs" variant="subtle" onClick={() => setLinks(links.filter((other) => other !== one))}>
            {t('draft.removeLink')}
          </Button>
        </p>
      ))}
      <TextInput
        label={t('draft.addLink')}
        type="url"
        value={link}
        error={fault}
        onChange={(event) => setLink(event.currentTarget.value)}
      />
    </EditorFrame>
  );
}

/** Those of the answer, then those that the person sent and that the step may take. The server fills in what is not known here. */
function gather(files: readonly ProofFile[], lines: EditorProps['lines'], input: Input): ProofFile[] {
  const known = new Map(files.map((file) => [file.fileId, file]));
  for (const line of lines) {
    if (line.type !== 'message' || line.by.type !== 'person') continue;
    for (const file of line.files) {
      const proof = toProof(file);
      if (proof && !known.has(proof.fileId) && input.mimes.includes(proof.mime) && proof.size <= input.maxBytes)
        known.set(proof.fileId, proof);
    }
  }
  return [...known.values()];
}

const toProof = ({ fileId, name, mime, size }: LineFile): ProofFile | null =>
  fileId === null ? null : { fileId, name, mime, size: size ?? 0, sha256: '' };
