/**
 * Look-alikes among the characters a handle may hold, as pairs `look-alike + prototype`.
 *
 * An extract of the confusables of Unicode Technical Standard #39 (Unicode data, Unicode License v3), cut down to
 * lower-case letters, kana, ideographs and syllables of the scripts that handles admit, because everything else is
 * refused before. The libraries on the registry carry the whole table for all of Unicode, were last released
 * years ago, or fold for reading rather than for identity; 300 pairs of our own are smaller and testable.
 * Beyond the standard: `w` as `vv`, and lower-case letters that differ from a Latin one only in cut (κ к т τ м χ).
 */
const PAIRS: readonly string[] = [
  // Latin and digits
  '0o 1l mrn wvv æae œoe øo̸ łl̸ đd̵ ħh̵ ŧt̵ ðd̵ ẝf ỿy ƶz̵ ƚl̵ ƒf',
  // Greek
  'αa ιi κk νv οo ρp σo τt υu χx γy ηn̩ θo̵ εє',
  // Cyrillic
  'аa бb вb сc ԁd еe ҽe ҿę һh ћh̵ іi ӏl јj кk оo өo̵ рp ԛq гr ѕs тt уy үy ұy̵ мm ԝw хx ӕae ґr̓ ғr̵ қk̩ ҟk̵ ңн̩ ҭt̩ ӎm̦ єє ԑє зӡ ыьi пπ җж̩ ҋй̦ ӆл̦ ӌҷ ҍь̵',
  'ծẟ քf ցg հh յj ոn ռn օo գq զq սu պɰ աw',
  'וl ןl װll סo טv',
  'اl ٳlٕ ٲlٴ هo ھo ہo ەo ېٻ ۃة څحۛ ځحٔ ڈدؕ ڎدۛ ڋڊؕ ڑرؕ ژرۛ ڒر̆ شسۛ ڞصۛ ڟطۛ ڧف ٯڡ ڤڡۛ ڨڡۛ کك ڪك ڭكۛ ڴگۛ ڷلۛ ڵل̆ ۋوۛ ۇو̓ ۆو̆ ۉو̂ ۈوٰ ٮى ںى يى یى ےى ٹىؕ ڻىؕ پىۛ ثىۛ ڽىۛ ۑىۛ ؿىۛ ێى̆ ؽى̂',
  'ჿo ყy ჳӡ',
  'ዐo ሀu ሣɰ ቀφ ኔձ በn',
  'आअा ऒअाॆ ओअाे औअाै ऄअॆ ऑअॉ ऍएॅ ऎएॆ ऐएे ईर्इ',
  'আঅা ৠঋৃ ৡঋৃ',
  'ਉੳੁ ਊੳੂ ਆਅਾ ਐਅੈ ਔਅੌ ਇੲਿ ਈੲੀ ਏੲੇ',
  'આઅા ઑઅાૅ ઓઅાે ઔઅાૈ ઍઅૅ એઅે ઐઅૈ',
  'ଠo ଆଅା',
  'ரஈ ஊஉள ஜஐ',
  'ౠఋా ౡఌా ఔఒౌ ఓఒౕ ఢడ̣ థధּ భబ̣ ఠరּ షవ̣ హవా మవు',
  'ಅఅ ಆఆ ಇఇ ಒఒ ಔఒౌ ಓఒౕ ಜజ ಞఞ ಣణ ಯయ ಱఱ ಲల ೡಌಾ',
  'ഠo ൟoരo ഉஉ ഊஉൗ ജஐ ഺடி ണண ഴழ ശஶ ഈഇൗ ഐഎെ ഓഒാ ഔഒൗ ൡഞ ഌനു ങനു ൻന് റര ർര്',
  'ฃข ดค ตค มฆ ซช ฏฎ ทฑ ฦภ ๅา แเเ',
  'ຈจ ບบ ປป ຝฝ ພพ ຟฟ ຍย',
  'ཪར ༀཨོཾ',
  'ဝo တoာ ႁဂှ ကဂာ ၰဃှ ၦပှ ဟပာ ၯပာှ ၾၽှ ဩသြ ဪသြော်',
  'ឣអ',
  // Kana and ideographs
  'ヘへ ニ二 イ亻 ハ八 カ力 ト卜 ロ口 囗口 タ夕 エ工 ー一',
  '倂併 值値 啟啓 士土 填塡 壿墫 嬀媯 帲帡 戸戶 搉㩁 曶㫚 晩晚 肦朌 胐朏 胊朐 脁朓 胶㬵 脧朘 幐㬺 膧朣 柿杮 槩㮣 樧榝 潙溈 鿃䀹 晣䀿 硏研 絶絕 腁胼 朦䑃 蔿蒍 虁蘷 詽訮 訞䚶 讏讆 豣豜 趆赿 跺跥 躛躗 輧軿 郞郎 鎮鎭 隸隷 鹃鹂 黒黑',
  // Marks that differ by a hair: caron and breve, cedilla and comma below.
  '\u030C\u0306 \u0327\u0326',
];

const PROTOTYPES: ReadonlyMap<string, string> = new Map(
  PAIRS.flatMap((pairs) => pairs.split(' ')).map((pair) => {
    const [lookalike = '', ...prototype] = pair;
    return [lookalike, prototype.join('')] as const;
  }),
);

/**
 * What look-alikes have in common: two canonical handles that can be taken for one another have the same skeleton.
 * For comparison only, never shown. Idempotent.
 */
export function skeletonOf(handle: string): string {
  let current = handle.normalize('NFD');
  // Prototypes may hold look-alikes themselves (`ԝ` is `w` is `vv`); chains are at most three long.
  for (let round = 0; round < 4; round++) {
    let next = '';
    for (const char of current) next += PROTOTYPES.get(char) ?? char;
    next = next.normalize('NFD');
    if (next === current) break;
    current = next;
  }
  // A run of underscores reads as one line.
  return current.replace(/_+/g, '_');
}
