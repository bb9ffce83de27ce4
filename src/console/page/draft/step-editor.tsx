import { Button, Radio, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { StepInput } from '../../api/types.ts';
import { useTexts } from '../lib/texts.tsx';
import { showPhone } from '../lib/time.ts';
import { UnitPicker } from '../units/unit-picker.tsx';
import { EditorFrame, type EditorProps } from './editor-frame.tsx';
import { FilesEditor } from './files-editor.tsx';

/** The field for one type of step. The engine checks what is sent as it would the person's own answer. */
export function StepEditor(props: EditorProps) {
  const { input } = props.step;
  switch (input.type) {
    case 'text':
      return <TextEditor {...props} max={input.max} />;
    case 'longText':
      return <LongEditor {...props} max={input.max} />;
    case 'phone':
      return <PhoneEditor {...props} />;
    case 'choice':
      return <ChoiceEditor {...props} options={input.options} />;
    case 'yesNo':
      return <YesNoEditor {...props} />;
    case 'unit':
      return <UnitEditor {...props} levels={input.levels} />;
    case 'attachments':
      return <FilesEditor {...props} input={input} />;
    case 'none':
      return null;
  }
}

function TextEditor({ step, max, busy, fault, onSave, onCancel }: EditorProps & { max: number }) {
  const [text, setText] = useState(step.answer?.type === 'text' ? step.answer.text : '');
  return (
    <EditorFrame
      busy={busy}
      isReady={text.trim() !== '' && count(text) <= max}
      onGo={() => onSave({ type: 'text', text: text.trim() })}
      onCancel={onCancel}
    >
      <TextInput
        data-autofocus
        autoFocus
        aria-label={step.label}
        description={<Count text={text} max={max} />}
        inputWrapperOrder={['input', 'description', 'error']}
        value={text}
        error={fault}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </EditorFrame>
  );
}

function LongEditor({ step, max, busy, fault, onSave, onCancel }: EditorProps & { max: number }) {
  const [text, setText] = useState(step.answer?.type === 'longText' ? step.answer.parts.join('\n') : '');
  return (
    <EditorFrame
      busy={busy}
      isReady={text.trim() !== '' && count(text) <= max}
      onGo={() => onSave({ type: 'longText', parts: [text.trim()], done: true })}
      onCancel={onCancel}
    >
      <Textarea
        autoFocus
        autosize
        minRows={5}
        maxRows={16}
        aria-label={step.label}
        description={<Count text={text} max={max} />}
        inputWrapperOrder={['input', 'description', 'error']}
        value={text}
        error={fault}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </EditorFrame>
  );
}

function PhoneEditor({ step, busy, fault, onSave, onCancel }: EditorProps) {
  const { t } = useTexts();
  const [text, setText] = useState(step.answer?.type === 'phone' ? showPhone(step.answer.e164) : '');
  const e164 = toE164(text);
  return (
    <EditorFrame
      busy={busy}
      isReady={e164 !== null}
      onGo={() => e164 && onSave({ type: 'phone', e164 })}
      onCancel={onCancel}
    >
      <TextInput
        autoFocus
        type="tel"
        inputMode="tel"
        aria-label={step.label}
        description={t('draft.phoneHint')}
        inputWrapperOrder={['input', 'description', 'error']}
        value={text}
        error={fault}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </EditorFrame>
  );
}

type Options = Extract<StepInput, { type: 'choice' }>['options'];

function ChoiceEditor({ step, options, busy, fault, onSave, onCancel }: EditorProps & { options: Options }) {
  const [code, setCode] = useState(step.answer?.type === 'choice' ? step.answer.code : '');
  return (
    <EditorFrame busy={busy} isReady={code !== ''} onGo={() => onSave({ type: 'choice', code })} onCancel={onCancel}>
      <Radio.Group aria-label={step.label} value={code} onChange={setCode} error={fault}>
        {options.map((option) => (
          <Radio key={option.code} value={option.code} label={option.label} my={6} />
        ))}
      </Radio.Group>
    </EditorFrame>
  );
}

function YesNoEditor({ step, busy, fault, onSave, onCancel }: EditorProps) {
  const { t } = useTexts();
  const [value, setValue] = useState(step.answer?.type === 'yesNo' ? (step.answer.yes ? 'yes' : 'no') : '');
  return (
    <EditorFrame
      busy={busy}
      isReady={value !== ''}
      onGo={() => onSave({ type: 'yesNo', yes: value === 'yes' })}
      onCancel={onCancel}
    >
      <Radio.Group aria-label={step.label} value={value} onChange={setValue} error={fault}>
        {(['yes', 'no'] as const).map((one) => (
          <Radio key={one} value={one} label={t(`draft.${one}`)} my={6} />
        ))}
      </Radio.Group>
    </EditorFrame>
  );
}

type Levels = Extract<StepInput, { type: 'unit' }>['levels'];

function UnitEditor({ step, levels, campaign, busy, fault, onSave, onCancel }: EditorProps & { levels: Levels }) {
  const { t } = useTexts();
  const [path, setPath] = useState<readonly { code: string; name: string }[]>(levels);
  const [other, setOther] = useState(step.answer?.type === 'unit' ? step.answer.other : '');
  const [picks, setPicks] = useState(path.length === 0);
  return (
    <EditorFrame
      busy={busy}
      isReady={path.length > 0 && !picks}
      onGo={() => onSave({ type: 'unit', path: path.map(({ code }) => code), other: other.trim() })}
      onCancel={onCancel}
    >
      {picks ? (
        <UnitPicker
          campaign={campaign}
          onPick={(next) => {
            setPath(next);
            setOther('');
            setPicks(false);
          }}
        />
      ) : (
        <>
          <p className="unit-chosen">{path.map(({ name }) => name).join(' › ')}</p>
          <Button size="compact-sm" variant="default" mb="xs" onClick={() => setPicks(true)}>
            {t('unit.change')}
          </Button>
          <TextInput
            label={t('unit.other')}
            value={other}
            maxLength={200}
            onChange={(event) => setOther(event.currentTarget.value)}
          />
        </>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </EditorFrame>
  );
}

function Count({ text, max }: { text: string; max: number }) {
  const { t } = useTexts();
  const n = count(text);
  return (
    <span className={n > max ? 'fault' : undefined}>
      {t(n > max ? 'draft.countOver' : 'draft.count', { n, max, over: n - max })}
    </span>
  );
}

/** As the engine counts: code points after composing, line ends as one. */
const count = (text: string): number => [...text.trim().normalize('NFC').replace(/\r\n?/g, '\n')].length;

/** A number as people write it, in E.164; null where it cannot be one. The engine says the rest. */
function toE164(text: string): string | null {
  const digits = text.replace(/[\s.()-]/g, '');
  const match = /^(?:\+?84|0)(\d{9,10})$/.exec(digits);
  return match ? `+84${match[1]}` : null;
}
