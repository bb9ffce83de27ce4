import { useTexts } from '../lib/texts.tsx';
import { Password } from './sign-in-page.tsx';

/** As the server asks for. */
const LEAST_PASSWORD = 10;

/** Key of what is wrong with a new password, null = nothing; '' while it is not yet told. */
export function passwordFault(password: string, again: string): string | null {
  if (password === '' || again === '') return '';
  if ([...password].length < LEAST_PASSWORD) return 'password.short';
  return password === again ? null : 'password.differs';
}

type Props = {
  password: string;
  again: string;
  setPassword: (value: string) => void;
  setAgain: (value: string) => void;
};

export function NewPassword({ password, again, setPassword, setAgain }: Props) {
  const { t } = useTexts();
  const fault = passwordFault(password, again);
  return (
    <>
      <Password
        label={t('password.new')}
        description={t('password.rule', { n: LEAST_PASSWORD })}
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
      <Password label={t('password.again')} autoComplete="new-password" value={again} onChange={setAgain} />
      {fault && (
        <p className="fault" role="alert">
          {t(fault, { n: LEAST_PASSWORD })}
        </p>
      )}
    </>
  );
}
