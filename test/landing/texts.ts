import type { LandingTexts } from '../../src/landing/texts.ts';

/** Stand-ins for `landing.*` of the locales. */
export const texts: Record<'vi' | 'en', LandingTexts> = {
  vi: {
    title: 'Sáng kiến công đoàn',
    intro: 'Nộp sáng kiến qua Zalo hoặc Messenger',
    introCampaign: 'Nộp sáng kiến: {campaign}',
    closes: '⏰ Nhận đến trước {closes}',
    unit: 'Đơn vị',
    choose: 'Anh/chị chọn cách nhắn:',
    messenger: 'Nhắn qua Messenger',
    messengerHint: 'Messenger mở ra, anh/chị bấm “Bắt đầu”.',
    zalo: 'Mở Zalo',
    zaloHint: 'Trong Zalo, anh/chị dán mã này vào ô nhắn tin rồi gửi.',
    zaloHintNoCode: 'Trong Zalo, anh/chị nhắn “xin chào” để bắt đầu.',
    code: 'Mã của đơn vị',
    copy: 'Chép mã',
    copied: 'Đã chép mã',
    unknownCode:
      'Mã này không có trong chương trình. Anh/chị vẫn nộp được: chương trình sẽ hỏi đơn vị trong lúc trò chuyện.',
    noChannel: 'Kênh nhận hồ sơ chưa mở. Anh/chị quay lại sau giúp nhé.',
    otherLang: 'English',
  },
  en: {
    title: 'Union initiatives',
    intro: 'Submit your initiative on Zalo or Messenger',
    introCampaign: 'Submit an initiative: {campaign}',
    closes: '⏰ Open until {closes}',
    unit: 'Workplace',
    choose: 'Choose where to write:',
    messenger: 'Write on Messenger',
    messengerHint: 'Messenger opens; tap “Get Started”.',
    zalo: 'Open Zalo',
    zaloHint: 'In Zalo, paste this code into the message box and send it.',
    zaloHintNoCode: 'In Zalo, write “hello” to begin.',
    code: 'Code of your workplace',
    copy: 'Copy the code',
    copied: 'Code copied',
    unknownCode: 'This code is not known. You can still submit: you will be asked for your workplace in the chat.',
    noChannel: 'The channel is not open yet. Please come back later.',
    otherLang: 'Tiếng Việt',
  },
};
