import { Link } from '@tanstack/react-router';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Empty } from '#app/ui/states.tsx';
import { words } from './words.ts';

export function NotFound() {
  const say = useTexts(words);
  return (
    <>
      <h1 className="sr-only">{say.notFound}</h1>
      <Empty text={say.notFound}>
        <Link to="/" className={buttonClass()}>
          {say.toOverview}
        </Link>
      </Empty>
    </>
  );
}
