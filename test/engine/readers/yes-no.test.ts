import { describe, expect, it } from 'vitest';
import { readYesNo } from '../../../src/engine/readers/yes-no.ts';

describe('yes', () => {
  it.each(
    [
      ['có', 'Có', 'CÓ', 'co', 'có ạ', 'dạ có', 'Dạ có ạ.', 'có có', 'đã có', 'rồi', 'Rồi ạ!', 'da roi', 'có rồi'],
      ['đúng', 'đúng rồi', 'đúng vậy ạ', 'phải', 'ừ', 'uh', 'ok', 'OK bạn', 'oke', 'dạ', 'vâng', 'vâng ạ', 'được'],
      ['đồng ý', 'dong y', 'Tôi đồng ý', 'em đồng ý ạ', 'nhất trí', 'chính xác', 'chuẩn', 'xác nhận', 'tất nhiên'],
      ['yes', 'Yes please', 'y', 'yep', 'sure', 'right', 'I agree', '👍', '👍🏽', '✅', '✔️'],
      ['đã được công nhận', 'đã áp dụng', 'đã áp dụng thử rồi', 'đang áp dụng', 'có được công nhận', 'đang bảo hộ'],
    ].flat(),
  )('%j', (text) => {
    expect(readYesNo(text)).toBe(true);
  });
});

describe('no', () => {
  it.each(
    [
      ['không', 'Không ạ', 'khong', 'ko', 'k', 'kg', 'hông', 'hem', 'dạ không', 'không không', 'không có', 'ko có'],
      ['chưa', 'chưa ạ', 'dạ chưa', 'chưa có', 'chua', 'sai', 'sai rồi', 'nhầm', 'không phải', 'không đúng'],
      ['chưa đúng', 'không đồng ý', 'em không đồng ý ạ', 'từ chối', 'không được', 'đâu có'],
      ['no', 'No thanks', 'n', 'nope', 'not yet', 'wrong', 'never', '👎', '👎🏽', '❌'],
      ['chưa được công nhận', 'chưa áp dụng', 'không bảo hộ', 'không được bảo hộ', 'chưa đăng ký bảo hộ'],
    ].flat(),
  )('%j', (text) => {
    expect(readYesNo(text)).toBe(false);
  });
});

describe('neither', () => {
  it.each(
    [
      ['', ' ', '😀', 'có không', 'có nhưng chưa', 'không biết', 'chắc là có', 'có ba người', 'không sai', '1', '2'],
      ['nộp', 'Công ty may', 'no problem with it', 'a', 'ạ', 'đúng nhưng tên sai', '👍👎', 'có'.repeat(999)],
    ].flat(),
  )('%j', (text) => {
    expect(readYesNo(text)).toBeNull();
  });
});
