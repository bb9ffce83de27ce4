import { describe, expect, it } from 'vitest';
import { readName } from '../../../src/engine/readers/name.ts';

function said(text: string): string {
  const read = readName(text);
  return read.type === 'refused' ? `! ${read.reason}` : `${read.type === 'oneWord' ? '? ' : ''}${read.name}`;
}

describe('a name is kept as its owner writes it', () => {
  it.each([
    ['Nguyễn Thị Lan', 'Nguyễn Thị Lan'],
    ['nguyễn thị lan', 'Nguyễn Thị Lan'],
    ['NGUYỄN THỊ LAN', 'Nguyễn Thị Lan'],
    ['nguyen thi lan', 'Nguyen Thi Lan'],
    ['  Nguyễn \u00A0 Thị\tLan\n', 'Nguyễn Thị Lan'],
    ['Nguyễn Thị Lan'.normalize('NFD'), 'Nguyễn Thị Lan'],
    ['ĐẶNG THỊ Ý', 'Đặng Thị Ý'],
    ['Ｎｇｕｙｅｎ Ｌａｎ', 'Nguyen Lan'],
    ['\u200FNguyễn\u200B Thị Lan\u202C', 'Nguyễn Thị Lan'],
    ['😀 Nguyễn Thị Lan 👍🏽', 'Nguyễn Thị Lan'],
    ['Trần Văn A', 'Trần Văn A'],
    ['Tran Van A.', 'Tran Van A.'],
    ['TS. Nguyễn Văn B', 'TS. Nguyễn Văn B'],
    ['Lê Thị Hồng-Nhung', 'Lê Thị Hồng-Nhung'],
    ['h’hen niê', "H'Hen Niê"],
    ['Y Bhin Niê Kđăm', 'Y Bhin Niê Kđăm'],
    ["o'brien smith", "O'Brien Smith"],
    ['王小明', '王小明'],
    ['Иван Петров', 'Иван Петров'],
    ['محمد علي', 'محمد علي'],
  ])('%j as %j', (text, name) => {
    expect(said(text)).toBe(name);
  });
});

describe('talk around a name is taken off, a name that looks like talk is not', () => {
  it.each([
    ['em tên là Nguyễn Thị Lan ạ', 'Nguyễn Thị Lan'],
    ['Tôi tên Trần Văn Bình.', 'Trần Văn Bình'],
    ['họ tên: Trần Văn Bình', 'Trần Văn Bình'],
    ['HỌ VÀ TÊN: TRẦN VĂN BÌNH', 'Trần Văn Bình'],
    ['dạ em là Nguyễn Thị Lan nhé', 'Nguyễn Thị Lan'],
    ['da em la nguyen thi lan', 'Nguyen Thi Lan'],
    ['vâng, Nguyễn Thị Lan', 'Nguyễn Thị Lan'],
    ['xin chào, em là Lan', '? Lan'],
    ['my name is John Smith', 'John Smith'],
    ["I'm John Smith", 'John Smith'],
    ['Vàng A Páo', 'Vàng A Páo'],
    ['vang a pao', 'Vang A Pao'],
    ['Vàng Thị Mỷ', 'Vàng Thị Mỷ'],
    ['Im Sa Rươn', 'Im Sa Rươn'],
    ['Đỗ Thị Nhé', 'Đỗ Thị Nhé'],
    ['tran thi nha', 'Tran Thi Nha'],
    ['Da Lan', 'Da Lan'],
    ['Nguyễn Văn Đó', 'Nguyễn Văn Đó'],
  ])('%j gives %j', (text, name) => {
    expect(said(text)).toBe(name);
  });
});

describe('one word is warned, what is no name is refused for its reason', () => {
  it.each([
    ['lan', '? Lan'],
    ['Lan ạ', '? Lan'],
    ['Nguyễn', '? Nguyễn'],
    ['Nguyễn Văn A1', '! digits'],
    ['Nguyễn Văn A 0912345678', '! digits'],
    ['123', '! digits'],
    ['https://example.vn/a', '! link'],
    ['facebook.com/lan', '! link'],
    ['lan@example.com', '! link'],
    ['', '! empty'],
    [' \n\u00A0\u200B', '! empty'],
    ['😀😀', '! empty'],
    ['Họ và tên', '! empty'],
    ['tên là', '! empty'],
    ['...', '! symbols'],
    ['<b>Lan</b>', '! symbols'],
    ['Lan/Bình', '! symbols'],
    ['Nguyễn Thị Lan, Trần Văn Bình', '! symbols'],
    ['a'.repeat(101), '! tooLong'],
    ['an '.repeat(50), '! tooLong'],
    ['da em la '.repeat(2000), '! tooLong'],
  ])('%j gives %j', (text, expected) => {
    expect(said(text)).toBe(expected);
  });
  it('a hundred letters are a name, one more is not', () => {
    expect(said(`An ${'ế'.repeat(97)}`.normalize('NFD'))).toBe(`An ${'ế'.repeat(97)}`);
    expect(said(`An ${'ế'.repeat(98)}`)).toBe('! tooLong');
  });
});
