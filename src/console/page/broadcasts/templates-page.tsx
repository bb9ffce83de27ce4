import { Badge, Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TemplateView } from '../../api/types-templates.ts';
import { call } from '../lib/http.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showMoment } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { describeHere } from './ask.ts';
import { useTemplates } from './outside-form.tsx';
import { Section } from './sections.tsx';
import { TemplateForm } from './template-form.tsx';

const COLORS: Readonly<Record<TemplateView['status'], string>> = {
  pending: 'orange',
  approved: 'green',
  rejected: 'red',
  paused: 'orange',
  disabled: 'gray',
  unknown: 'gray',
};

/** What platforms let be said after their time for messages is over: made here, approved there. */
export function TemplatesPage() {
  const { t, has } = useTexts();
  const staff = useStaff();
  const client = useQueryClient();
  const query = useTemplates();
  const [adds, setAdds] = useState(false);
  const [removes, setRemoves] = useState<TemplateView | null>(null);
  const [busy, setBusy] = useState(false);
  const isCentral = staff.unit === null;
  const done = () => client.invalidateQueries({ queryKey: ['templates'] });
  const remove = async ({ id }: TemplateView) => {
    setBusy(true);
    try {
      await call('DELETE', `/templates/${encodeURIComponent(id)}`);
      await done();
    } catch (error) {
      notifications.show({ message: describeHere(error, t, has), color: 'red' });
    }
    setBusy(false);
    setRemoves(null);
  };
  return (
    <Section
      title={t('broadcasts.tab.templates')}
      actions={isCentral && <Button onClick={() => setAdds(true)}>{t('broadcasts.templates.add')}</Button>}
    >
      <p className="quiet">
        {t('broadcasts.templates.about')} {!isCentral && t('broadcasts.templates.onlyCentral')}
      </p>
      {query.isPending && <Waiting />}
      {query.isError && <Unreachable error={query.error} retry={() => void query.refetch()} />}
      <ul className="cards">
        {(query.data?.templates ?? []).map((one) => (
          <TemplateCard key={one.id} template={one} onRemove={isCentral ? () => setRemoves(one) : null} />
        ))}
      </ul>
      {query.data?.templates.length === 0 && <p className="quiet">{t('broadcasts.templates.none')}</p>}
      <Modal
        opened={adds}
        onClose={() => setAdds(false)}
        size="lg"
        title={t('broadcasts.templates.add')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        {adds && (
          <TemplateForm
            onDone={() => {
              setAdds(false);
              void done();
            }}
          />
        )}
      </Modal>
      <Modal
        opened={removes !== null}
        onClose={() => setRemoves(null)}
        title={t('broadcasts.templates.removeTitle')}
        closeButtonProps={{ 'aria-label': t('state.close') }}
      >
        <p>{t('broadcasts.templates.removeAbout')}</p>
        <Group gap="xs">
          <Button color="red" loading={busy} onClick={() => removes && void remove(removes)}>
            {t('broadcasts.templates.remove')}
          </Button>
          <Button variant="default" data-autofocus onClick={() => setRemoves(null)}>
            {t('state.cancel')}
          </Button>
        </Group>
      </Modal>
    </Section>
  );
}

function TemplateCard({ template, onRemove }: { template: TemplateView; onRemove: (() => void) | null }) {
  const { t, lang } = useTexts();
  const { channel, key, name, lang: of, status, reason, body, parameters, buttons, priceVnd, updatedAt } = template;
  const number = new Intl.NumberFormat(lang === 'vi' ? 'vi-VN' : 'en-GB');
  return (
    <li className="card">
      <div className="card-text">
        <p>
          <b>{name || key}</b>{' '}
          <Badge size="sm" color={COLORS[status]} variant="light">
            {t(`broadcasts.templates.status.${status}`)}
          </Badge>{' '}
          <Badge size="sm" color="gray" variant="light">
            {t(`channel.${channel}`)} · {of}
          </Badge>
        </p>
        <p className="wrap">{body}</p>
        {buttons.length > 0 && <p className="quiet">{buttons.map(({ title }) => `[${title}]`).join(' ')}</p>}
        {reason && <p className="fault">{t('broadcasts.templates.refusal', { reason })}</p>}
        <p className="quiet">
          {parameters.length > 0
            ? t('broadcasts.templates.parameters', { names: parameters.join(', ') })
            : t('broadcasts.templates.noParameters')}
          {priceVnd !== null && ` · ${t('broadcasts.templates.price', { vnd: number.format(priceVnd) })}`}
          {` · ${t('broadcasts.templates.since', { at: showMoment(lang, updatedAt) })}`}
        </p>
      </div>
      {onRemove && (
        <Button
          size="compact-sm"
          variant="light"
          color="red"
          aria-label={`${t('broadcasts.templates.remove')}: ${name || key}`}
          onClick={onRemove}
        >
          {t('broadcasts.templates.remove')}
        </Button>
      )}
    </li>
  );
}
