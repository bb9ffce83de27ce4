import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ConversationView, Line } from '../../api/types.ts';
import { useStaff } from '../lib/session.tsx';
import { useTexts } from '../lib/texts.tsx';
import { showDay } from '../lib/time.ts';
import { Unreachable, Waiting } from '../shell/states.tsx';
import { stillPending, type Acts } from './acts.ts';
import { Bubble, PendingBubble } from './bubble.tsx';
import { EventLine } from './event-line.tsx';
import type { useLines } from './lines.ts';

/** Nearer to the end than this, what comes new is followed. */
const NEAR_PX = 120;

type Props = { lines: ReturnType<typeof useLines>; acts: Acts; view: ConversationView };

/** Everything that was said, oldest first; the newest stays in view unless somebody reads further up. */
export function Transcript({ lines, acts, view }: Props) {
  const { t, lang } = useTexts();
  const me = useStaff().id;
  const box = useRef<HTMLDivElement>(null);
  const isNearEnd = useRef(true);
  const heightBefore = useRef<number | null>(null);
  const [hasNew, setHasNew] = useState(false);
  const shown = lines.data?.lines ?? [];
  const pending = stillPending(acts.pending, shown, me);
  const newest = `${shown.at(-1)?.id ?? ''} ${pending.length}`;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (heightBefore.current !== null) {
      // older lines were put on top: what was read stays where it was
      element.scrollTop += element.scrollHeight - heightBefore.current;
      heightBefore.current = null;
    } else if (isNearEnd.current) element.scrollTop = element.scrollHeight;
    else setHasNew(true);
  }, [newest, shown[0]?.id, lines.isPending]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // pictures and a composer that grows move the end away
    const observer = new ResizeObserver(() => {
      if (isNearEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [lines.isPending]);

  const older = () => {
    heightBefore.current = box.current?.scrollHeight ?? null;
    void lines.older().catch(() => (heightBefore.current = null));
  };
  const toEnd = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
    setHasNew(false);
  };
  return (
    <div className="transcript-frame">
      <div
        className="transcript"
        ref={box}
        role="log"
        aria-label={t('talk.log')}
        aria-live="polite"
        tabIndex={0}
        onScroll={({ currentTarget: at }) => {
          isNearEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_PX;
          if (isNearEnd.current) setHasNew(false);
        }}
      >
        <div className="transcript-lines">
          {lines.isPending && <Waiting />}
          {lines.isError && !lines.data && <Unreachable error={lines.error} retry={() => void lines.refetch()} />}
          {lines.data?.before && (
            <Button className="older" size="compact-sm" variant="subtle" loading={lines.isLoadingOlder} onClick={older}>
              {t('talk.older')}
            </Button>
          )}
          {lines.data && shown.length === 0 && pending.length === 0 && <p className="quiet">{t('talk.nothing')}</p>}
          {shown.map((line, index) => (
            <Entry key={line.id} line={line} before={shown[index - 1]} lang={lang} view={view} acts={acts} />
          ))}
          {pending.map((one) => (
            <PendingBubble key={one.id} one={one} acts={acts} />
          ))}
        </div>
      </div>
      {hasNew && (
        <Button className="to-end" size="compact-sm" onClick={toEnd}>
          ↓ {t('talk.newBelow')}
        </Button>
      )}
    </div>
  );
}

type EntryProps = { line: Line; before: Line | undefined; lang: string; view: ConversationView; acts: Acts };

function Entry({ line, before, lang, view, acts }: EntryProps) {
  const day = showDay(lang, line.at);
  const isNewDay = !before || showDay(lang, before.at) !== day;
  return (
    <>
      {isNewDay && <p className="day">{day}</p>}
      {line.type === 'message' ? <Bubble line={line} view={view} acts={acts} /> : <EventLine line={line} />}
    </>
  );
}
