import { describe, expect, it } from 'vitest';
import { readCommand, readLooseCommand } from '../../src/engine/commands.ts';
import { fold } from '../../src/engine/readers/fold.ts';
import { theWorld } from '../support/world.ts';

const { words } = theWorld();
const said = (text: string): string => {
  const command = readCommand(text, words);
  return command ? `${command.name} ${command.rest}`.trim() : '-';
};
const loose = (text: string): string => readLooseCommand(text, words)?.name ?? '-';

const WORDINGS: Readonly<Record<string, readonly string[]>> = {
  status: [
    ['trạng thái', 'tình trạng hồ sơ', 'kết quả', 'kết quả sao rồi', 'cho em hỏi kết quả với ạ', 'hồ sơ của tôi'],
    ['của tôi', 'hồ sơ đến đâu rồi ạ', 'khi nào có kết quả', 'kiểm tra kết quả', 'tra cứu', 'mã hồ sơ'],
    ['status', 'check my status', 'what is the status of my entry', 'my entry'],
  ].flat(),
  help: [
    ['hướng dẫn', 'hướng dẫn giúp em với', 'trợ giúp', 'thể lệ', 'điều kiện tham gia', 'cách nộp', 'nộp như thế nào'],
    ['hd', 'menu', '?', 'help', 'Help me please', 'I need help', 'guidelines', 'how does it work'],
  ].flat(),
  human: [
    ['gặp nhân viên', 'cho tôi gặp nhân viên', 'tôi muốn gặp người thật', 'nhân viên ơi', 'tư vấn viên', 'cần hỗ trợ'],
    ['gặp cán bộ', 'gặp admin', 'ad ơi', 'talk to a human', 'I want to talk to a person', 'agent', 'real person'],
  ].flat(),
  contact: ['liên hệ', 'hotline', 'đường dây nóng', 'contact'],
  back: ['quay lại', 'trở lại', 'lùi lại', 'quay về', 'câu trước', 'bước trước', 'back', 'go back please', 'previous'],
  edit: ['sửa', 'chỉnh sửa', 'thay đổi', 'edit', 'change'],
  'edit 2': [
    'sửa 2',
    'sửa số 2',
    'sửa mục 2',
    'sửa câu 2 ạ',
    'chỉnh sửa 2',
    'em muốn sửa mục 2',
    'edit 2',
    'change line 2',
  ],
  cancel: ['hủy', 'huỷ', 'hủy bỏ', 'tôi muốn hủy', 'muốn hủy hồ sơ', 'không muốn nộp nữa', 'cancel', 'cancel my entry'],
  restart: ['làm lại', 'làm lại từ đầu', 'bắt đầu lại', 'từ đầu', 'start over', 'restart'],
  vietnamese: ['tiếng Việt', 'nói tiếng Việt', 'vietnamese', 'speak vietnamese'],
  english: ['tiếng Anh', 'ngôn ngữ', 'đổi ngôn ngữ', 'English', 'language', 'change language to English'],
  stopReminders: ['dừng nhắc', 'đừng nhắc nữa', 'tắt nhắc', 'stop reminders', 'stop', 'unsubscribe'],
  startReminders: ['nhắc tôi', 'bật nhắc', 'remind me'],
  deleteData: [
    ['xóa dữ liệu', 'xoá dữ liệu', 'xóa dữ liệu của tôi', 'xóa thông tin', 'rút lại đồng ý'],
    ['delete my data', 'delete all my data', 'remove my data please', 'forget me'],
  ].flat(),
  done: ['xong', 'xong rồi ạ', 'hết rồi', 'hoàn thành', 'done', 'that is all'],
  skip: ['bỏ qua', 'không có', 'chưa có', 'skip', 'none'],
  submit: ['nộp', 'nộp bài', 'nộp hồ sơ', 'gửi đi', 'VÀO THI', 'submit', 'send it'],
  later: ['để sau', 'nộp sau', 'bỏ dở', 'later', 'not now'],
  more: ['xem thêm', 'trang sau', 'tiếp theo', 'more', 'next page'],
  hello: ['xin chào', 'chào', 'chào bạn', 'alo', 'có ai không', 'tiếp tục', 'bắt đầu', 'hello', 'hi', 'get started'],
  thanks: ['cảm ơn', 'cám ơn', 'cảm ơn ạ', 'thanks', 'thank you'],
  newEntry: ['nộp thêm', 'sáng kiến mới', 'nộp sáng kiến', 'đăng ký', 'new entry', 'submit another'],
  correctEntry: ['sửa hồ sơ', 'sửa hồ sơ đã nộp', 'bổ sung hồ sơ', 'edit my entry'],
  withdrawEntry: ['rút hồ sơ', 'xin rút', 'em muốn rút hồ sơ ạ', 'withdraw', 'withdraw my entry'],
  keepPart: ['giữ phần này', 'giữ lại', 'keep this part'],
  rewrite: ['viết lại', 'soạn lại', 'rewrite'],
  reuse: ['dùng lại', 'như cũ', 'reuse', 'same as before'],
  retype: ['nhập lại', 'nhập số khác', 'another number'],
  otherUnit: ['không có trong danh sách', 'đơn vị khác', 'not in the list', 'other'],
  directUnit: ['trực thuộc thẳng', 'directly under it'],
  details: ['xem chi tiết', 'chi tiết', 'details'],
};

describe.each(Object.entries(WORDINGS))('%s', (command, wordings) => {
  it.each(wordings)('%s', (wording) => {
    for (const typed of [wording, wording.toUpperCase(), `  ${wording} `, wording.normalize('NFD')]) {
      expect(said(typed)).toBe(command);
    }
    for (const typed of fold(wording) === '' ? [] : [fold(wording), `${wording}!`]) expect(said(typed)).toBe(command);
  });
});

describe('an answer that holds words of commands is no command', () => {
  it.each(
    [
      [
        'Hướng dẫn công nhân hủy đơn hàng nhanh hơn',
        'Làm giá đỡ xoay, xong thì gửi cho tổ trưởng',
        'Hủy rác thải đúng cách',
      ],
      ['Nhân viên giao hàng đi theo tuyến mới', 'Hệ thống quản lý trạng thái máy', 'Kết quả tiết kiệm 20 phút mỗi ca'],
      ['Xóa dữ liệu trùng trong sổ', 'Quay lại vị trí cũ sau khi cắt', 'Nộp báo cáo bằng điện thoại', 'Gửi xe tự động'],
      [
        'Bỏ qua bước cân thủ công',
        'Dừng máy khi quá nhiệt',
        'Giải pháp hỗ trợ công nhân',
        'Điều kiện làm việc tốt hơn',
      ],
      ['Help desk cho công nhân', 'Back-up dữ liệu', 'English for workers', 'Stop loss', 'Status board for machines'],
      [
        'Nguyễn Thị Lan',
        'Trần Văn Hủy',
        'Trà Vinh',
        'Sáng kiến của tôi là giá đỡ',
        'Không có ai phải chờ',
        'Công ty Sửa Chữa Tàu',
      ],
      ['0912345678', '2', '', '   ', '😀', '...', '!', 'xyz', 'hủy '.repeat(100), 'xong '.repeat(5000)],
    ].flat(),
  )('%s', (text) => {
    expect(said(text)).toBe('-');
  });
  it('a name for a line to change is given as it was said', () => {
    expect(said('sửa tên')).toBe('edit ten');
    expect(said('sửa số điện thoại')).toBe('edit so dien thoai');
  });
});

describe('where words are no possible answer, a wish is heard inside a sentence', () => {
  it.each([
    ['cho em hỏi trạng thái hồ sơ của em đến đâu rồi', 'status'],
    ['hôm trước em nộp mà khi nào có kết quả vậy anh', 'status'],
    ['em chưa biết làm, hướng dẫn em với', 'help'],
    ['khó quá cho em gặp nhân viên đi', 'human'],
    ['làm ơn xóa dữ liệu của tôi khỏi hệ thống', 'deleteData'],
    ['please stop reminders for me', 'stopReminders'],
    ['em muốn rút hồ sơ đã nộp tuần trước', 'withdrawEntry'],
  ])('%s: %s', (text, command) => {
    expect(loose(text)).toBe(command);
  });
  it.each(
    [
      ['số của tôi là 0912345678', 'số liên hệ 0912345678', 'tên của tôi là Lan', 'em là nhân viên văn phòng'],
      ['dạ đúng điều kiện rồi', 'tôi làm hỗ trợ kỹ thuật', 'hướng'.repeat(100), ''],
    ].flat(),
  )('an answer stays one: %s', (text) => {
    expect(loose(text)).toBe('-');
  });
});
