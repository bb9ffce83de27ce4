import { Kbd, Modal, Table } from '@mantine/core';
import { useTexts } from '../lib/texts.tsx';

const KEYS: readonly (readonly [keys: readonly string[], text: string])[] = [
  [['j', 'k'], 'help.next'],
  [['/'], 'help.search'],
  [['g', 'i'], 'help.inbox'],
  [['t'], 'help.takeOver'],
  [['r'], 'help.write'],
  [['Ctrl', 'Enter'], 'help.send'],
  [['Esc'], 'help.leave'],
  [['?'], 'help.open'],
];

export function HelpSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('help.title')}
      closeButtonProps={{ 'aria-label': t('state.close') }}
    >
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, text]) => (
            <Table.Tr key={text}>
              <Table.Td>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{t(text)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
