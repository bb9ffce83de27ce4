import { expect, it } from 'vitest';
import { codeLines, sourceFiles } from './sources.ts';

/** Letters that only Vietnamese needs, composed or not. */
const VIETNAMESE = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/iu;

/** Word tables and letter tables of the readers of what people type, and the page that plays a phone. */
const EXCEPT = [/^src\/engine\/readers\//, /^src\/content\/readers\//, /^src\/simulator\/page\//];

/** A pattern reads what people type and says nothing to them. */
const withoutPatterns = (line: string) => line.replace(/(^|[(=:,?&|[\s])\/(?![/*])(?:\\.|[^/\\])+\/[a-z]*/g, '$1');

it('no sentence for people stands in code: the locales own them', () => {
  const found = sourceFiles('src', /\.tsx?$/)
    .filter((file) => !EXCEPT.some((pattern) => pattern.test(file.path)))
    .flatMap((file) =>
      codeLines(file.text).flatMap((line, index) =>
        VIETNAMESE.test(withoutPatterns(line).normalize('NFC')) ? [`${file.path}:${index + 1} ${line.trim()}`] : [],
      ),
    );
  expect(found).toEqual([]);
});

it('a comment may be in any language, a string may not', () => {
  const lines = codeLines(
    "const a = 'xin chào'; // lời chào\n/* chào */ go();\n/**\n * chào\n */\nconst url = 'http://chào';",
  );
  expect(lines.map((line) => VIETNAMESE.test(line))).toEqual([true, false, false, false, false, true]);
});

it('a pattern may hold letters of any language, a string beside it may not', () => {
  const [pattern, both] = ['/^số (\\d)\\/?$/iu.exec(text)', "text.replace(/đ/g, 'đê')"];
  expect([pattern, both].map((line) => VIETNAMESE.test(withoutPatterns(line)))).toEqual([false, true]);
});
