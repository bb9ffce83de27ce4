import type { Line, Script } from './scripted-bot.ts';

const consent: Line[] = [
  {
    text: 'Xin chào anh/chị. Đây là kênh tự động nhận hồ sơ Chương trình “01 triệu sáng kiến”.\n⏰ Đợt 1 nhận đến trước 24h00 ngày 31/5/2022 (còn 3 ngày).',
  },
  {
    text: 'Để nhận hồ sơ, chương trình cần lưu họ tên, số điện thoại và nơi công tác của anh/chị, chỉ dùng để xét chọn và báo kết quả. Anh/chị đồng ý chứ?',
    buttons: ['Đồng ý', 'Xem chi tiết'],
  },
];

/** A short conversation in the product's voice, for the page's own tests and pictures. */
export const demoScript: Script = (heard) => {
  const answers: [RegExp, Line[]][] = [
    [/^(<open>|GET_STARTED|<ref|xin chào)/, consent],
    [/^#Đồng ý/, [{ text: 'Bước 1/7 · Họ và tên\nAnh/chị cho biết họ và tên đầy đủ. Ví dụ: Nguyễn Thị Lan' }]],
    [
      /^tran thi binh/,
      [
        {
          text: 'Bước 2/7 · Số điện thoại\nCảm ơn anh/chị Tran Thi Binh. Số điện thoại để chương trình liên hệ là số nào? Ví dụ: 0912 345 678',
        },
      ],
    ],
    [
      /^01644697123/,
      [
        {
          text: 'Đầu số 0164 đã chuyển thành 034 từ năm 2018. Số hiện nay là 0344 697 123, đúng không ạ?',
          buttons: ['Đúng', 'Nhập số khác'],
        },
      ],
    ],
    [
      /^#Đúng/,
      [
        {
          text: 'Bước 4/7 · Đối tượng\nAnh/chị thuộc nhóm nào?',
          buttons: ['1. Trực tiếp sản xuất', '2. Cơ quan, đơn vị'],
        },
      ],
    ],
    [/^<image>/, [{ text: 'Đã nhận 1 ảnh. Anh/chị gửi thêm, hoặc bấm “Xong”.', buttons: ['Xong'] }]],
    [/^<file>/, [{ text: 'Đã nhận 1 tệp.', buttons: ['Xong'] }]],
    [/^<(sticker|audio)>/, [{ text: 'Chương trình chưa nghe được tin thoại. Anh/chị gõ chữ giúp nhé.' }]],
  ];
  return answers.find(([pattern]) => pattern.test(heard))?.[1] ?? [{ text: `Bot nghe: ${heard}` }];
};
