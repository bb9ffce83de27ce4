/** What people type for a province besides its name, by its GSO code; accents and spaces do not matter. Source: domain.md §12.1. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  '01': ['HN'],
  '06': ['Bắc Cạn'],
  '46': ['Huế', 'TT Huế', 'Thừa Thiên - Huế'],
  '62': ['Kontum'],
  '66': ['Đăk Lăk', 'Đắc Lắc'],
  '67': ['Đăk Nông', 'Đắc Nông'],
  '77': ['BRVT', 'Vũng Tàu', 'Bà Rịa'],
  '79': ['HCM', 'TPHCM', 'Sài Gòn', 'SG'],
};

type Central = { name: string; short: string; aliases: readonly string[]; source: string };
const SEED = 'seed: TTXVN plan 2022';
const PAGE = 'page: see domain.md 12.2';
const GENERAL = 'general knowledge: confirm';

/** Central industry and corporation unions. Source: domain.md §12.2, a starting list for an organiser to confirm. */
export const CENTRAL: readonly Central[] = [
  { name: 'Công đoàn Viên chức Việt Nam', short: 'Viên chức VN', aliases: ['CĐVC'], source: SEED },
  { name: 'Công đoàn Giao thông Vận tải Việt Nam', short: 'Giao thông Vận tải', aliases: ['GTVT'], source: PAGE },
  { name: 'Công đoàn Xây dựng Việt Nam', short: 'Xây dựng VN', aliases: [], source: PAGE },
  { name: 'Công đoàn Ngân hàng Việt Nam', short: 'Ngân hàng VN', aliases: [], source: PAGE },
  {
    name: 'Công đoàn Nông nghiệp và Phát triển nông thôn Việt Nam',
    short: 'Nông nghiệp và PTNT',
    aliases: ['NN PTNT', 'NN và PTNT', 'Nông nghiệp PTNT'],
    source: PAGE,
  },
  { name: 'Công đoàn Công Thương Việt Nam', short: 'Công Thương VN', aliases: [], source: PAGE },
  {
    name: 'Công đoàn Thông tin và Truyền thông Việt Nam',
    short: 'Thông tin & TT',
    aliases: ['TTTT', 'TT và TT', 'Thông tin truyền thông'],
    source: PAGE,
  },
  { name: 'Công đoàn Công an nhân dân', short: 'Công an nhân dân', aliases: ['CAND', 'Công an'], source: PAGE },
  {
    name: 'Công đoàn Than – Khoáng sản Việt Nam',
    short: 'Than – Khoáng sản',
    aliases: ['TKV', 'Vinacomin', 'Than và Khoáng sản'],
    source: PAGE,
  },
  { name: 'Công đoàn Dầu khí Việt Nam', short: 'Dầu khí VN', aliases: ['PVN', 'Petrovietnam'], source: PAGE },
  {
    name: 'Công đoàn Giáo dục Việt Nam',
    short: 'Giáo dục VN',
    aliases: ['GDĐT', 'Giáo dục và Đào tạo', 'Giáo dục Đào tạo'],
    source: PAGE,
  },
  { name: 'Công đoàn Dệt May Việt Nam', short: 'Dệt May VN', aliases: ['Vinatex'], source: PAGE },
  {
    name: 'Công đoàn Tổng công ty Hàng không Việt Nam',
    short: 'Hàng không VN',
    aliases: ['VNA', 'Vietnam Airlines'],
    source: PAGE,
  },
  { name: 'Công đoàn Y tế Việt Nam', short: 'Y tế VN', aliases: [], source: GENERAL },
  { name: 'Công đoàn Điện lực Việt Nam', short: 'Điện lực VN', aliases: ['EVN'], source: GENERAL },
  { name: 'Công đoàn Cao su Việt Nam', short: 'Cao su VN', aliases: [], source: GENERAL },
  { name: 'Công đoàn Đường sắt Việt Nam', short: 'Đường sắt VN', aliases: [], source: GENERAL },
  { name: 'Công đoàn Hàng hải Việt Nam', short: 'Hàng hải VN', aliases: [], source: GENERAL },
  {
    name: 'Công đoàn Quốc phòng',
    short: 'Quốc phòng',
    aliases: ['Quân đội', 'Ban Công đoàn Quốc phòng'],
    source: GENERAL,
  },
  // The twentieth is not established: its row waits for a name.
  { name: '', short: '', aliases: [], source: 'not established: fill in the name and a short name' },
];
