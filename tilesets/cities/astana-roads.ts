import type { LocalizedText } from '#devices/model/localized-text.ts';

/** OSM `name` | our Chinese | our English; the source has neither for nearly all of them. */
const TABLE = `
шоссе Алаш|阿拉什公路|Alash Highway
Кургальжинское шоссе|库尔加尔任公路|Korgalzhyn Highway
проспект Туран|图兰大街|Turan Ave
проспект Кабанбай Батыра|卡班拜巴特尔大街|Kabanbay Batyr Ave
проспект Мангилик Ел|曼吉利克耶尔大街|Mangilik El Ave
проспект Рахымжана Кошкарбаева|科什卡尔巴耶夫大街|Koshkarbayev Ave
Астана-Караганда трасса|阿斯塔纳—卡拉干达公路|Astana–Karaganda Road
проспект Нургисы Тлендиева|特连季耶夫大街|Tlendiyev Ave
улица Байыркум|拜尔库姆街|Bayirkum St
улица Керей и Жанибек хандар|克烈与贾尼别克汗街|Kerey & Zhanibek Khans St
улица Ахмета Байтурсынова|拜图尔瑟诺夫街|Baitursynov St
улица Жумекен Нажымеденов|纳日梅杰诺夫街|Nazhimedenov St
проспект Тауелсыздык|独立大街|Tauelsizdik Ave
проспект Абылай Хана|阿布赉汗大街|Abylai Khan Ave
улица Шабал Бейсековой|别谢科娃街|Beisekova St
проспект Жумабаева|朱马巴耶夫大街|Zhumabayev Ave
проспект Бауыржана Момышулы|莫梅舒勒大街|Momyshuly Ave
улица Пушкина|普希金街|Pushkin St
проспект Улы Дала|大草原大街|Uly Dala Ave
улица Туркестан|突厥斯坦街|Turkistan St
проспект Мустафы Кемаль Ататюрка|阿塔图尔克大街|Ataturk Ave
улица 191|191 号街|191st St
проспект Богенбай батыра|博根拜巴特尔大街|Bogenbay Batyr Ave
проспект Женис|胜利大街|Zhenis Ave
проспект Республики|共和国大街|Respublika Ave
улица Орынбор|奥伦堡街|Orynbor St
шоссе Ондирис|翁迪里斯公路|Ondiris Highway
проспект Шaкaрим Кудайбердыулы|沙卡里姆大街|Shakarim Ave
улица Сарайшык|萨莱希克街|Saraishyk St
улица Чингиза Айтматова|艾特马托夫街|Aitmatov St
улица Сыганак|昔格纳克街|Syganak St
улица Кенесары|克涅萨雷街|Kenesary St
улица Бейбитшилик|和平街|Beibitshilik St
проспект Абая|阿拜大街|Abai Ave
улица Акжол|阿克若尔街|Akzhol St
улица Тулебаева|图列巴耶夫街|Tulebayev St
улица Коктал|科克塔尔街|Koktal St
улица Сауран|扫兰街|Sauran St
улица Кунаева|库纳耶夫街|Kunayev St
улица Сакена Сейфуллина|赛富林街|Seifullin St
улица Жамбула Жабаева|江布尔街|Zhambyl St
улица Шамши Калдаяков|卡尔达亚科夫街|Kaldayakov St
проспект Сарыарка|萨雷阿尔卡大街|Saryarka Ave
улица Косшыгулулы|科斯什古卢勒街|Kosshyguluuly St
улица Окжетпес|奥克热特佩斯街|Okzhetpes St
улица Жумабека Ташенова|塔舍诺夫街|Tashenov St
улица Жетиген|热特根街|Zhetigen St
улица Достык|友谊街|Dostyk St
улица Амман|安曼街|Amman St
улица Балкантау|巴尔坎套街|Balkantau St
улица Ивана Панфилова|潘菲洛夫街|Panfilov St
улица Акмешит|阿克梅希特街|Akmeshit St
улица Карталинская|卡尔塔林街|Kartaly St
улица Мыржакыпа Дулатова|杜拉托夫街|Dulatov St
улица Алиби Жангельдина|江格尔丁街|Zhangeldin St
улица Обаган|奥巴甘街|Obagan St
улица Айнаколь|艾纳科尔街|Ainakol St
улица Хайретдина Болгабаева|博尔加巴耶夫街|Bolgabayev St
улица Кажымукана Мунайтпасова|卡日穆坎街|Kazhymukan St
улица Бату хана|拔都汗街|Batu Khan St
улица Амангельды Иманова|阿曼格尔德街|Amangeldy Imanov St
улица Темирбека Жургенова|茹尔格诺夫街|Zhurgenov St
улица Шарбакты|沙尔巴克特街|Sharbakty St
улица Жанкент|占肯特街|Zhankent St
Астана — Боровое|博罗沃耶高速|Borovoye Motorway
Астана-Боровое|博罗沃耶高速|Borovoye Motorway
улица Мухтара Ауэзова|阿乌埃佐夫街|Auezov St
улица Вишневского|维什涅夫斯基街|Vishnevsky St
Московская улица|莫斯科街|Moskovskaya St
улица Медеу|麦迪奥街|Medeu St
улица Улытау|乌勒套街|Ulytau St
улица Бухар жырау|布哈尔吉劳街|Bukhar Zhyrau St
улица Шокана Валиханова|瓦里汗诺夫街|Valikhanov St
бульвар Нуржол|努尔若尔林荫道|Nurzhol Boulevard
улица Майлина|迈林街|Mailin St
улица Каныша Сатпаева|萨特帕耶夫街|Satpayev St
улица Акан Сери|阿坎谢里街|Akan Seri St
улица Куйши Дина|奎希迪娜街|Kuishi Dina St
улица Габидена Мустафина|穆斯塔芬街|Mustafin St
улица Александра Кравцова|克拉夫措夫街|Kravtsov St
улица Желтоксан|十二月街|Zheltoksan St
улица Коксай|科克赛街|Koksai St
Набережная|滨河路|Embankment
улица Алии Молдагуловой|莫尔达古洛娃街|Moldagulova St
улица Таскескен|塔斯克斯肯街|Taskesken St
улица Кордай|科尔代街|Kordai St
улица Жакупа Омарова|奥马罗夫街|Omarov St
Алихана Бокейхана проспект|博克汗大街|Bokeikhan Ave
улица Аскара Токпанова|托克帕诺夫街|Tokpanov St
улица Аулие ата|奥利埃阿塔街|Aulie-Ata St
улица Караоткель|卡拉奥特克尔街|Karaotkel St
улица Рабиги Есимжановой|叶西姆扎诺娃街|Yesimzhanova St
улица Кошке Кеменгерулы|克缅格鲁勒街|Kemengeruly St
улица Болашак|博拉沙克街|Bolashak St
улица Куляш Байсеитовой|拜谢伊托娃街|Baiseitova St
улица Герцена|赫尔岑街|Herzen St
улица Жубанова|茹巴诺夫街|Zhubanov St
улица Мустафа Шокай|绍凯街|Shokai St
улица Конституции|宪法街|Konstitutsiya St
улица Бейсекбаева|别谢克巴耶夫街|Beisekbayev St
улица Бараева|巴拉耶夫街|Barayev St
улица Тараз|塔拉兹街|Taraz St
улица Локомотивная|机车街|Lokomotivnaya St
улица Брусиловского|布鲁西洛夫斯基街|Brusilovsky St
улица Анарская|阿纳尔街|Anar St
улица Кыз-Жибек|吉别克姑娘街|Kyz Zhibek St
улица Алексея Петрова|彼得罗夫街|Petrov St
улица Отырар|讹答剌街|Otyrar St
улица Сабира Рахимова|拉希莫夫街|Rakhimov St
улица Вильяма Шекспира|莎士比亚街|Shakespeare St
улица Элимхана Сембинова|谢姆比诺夫街|Sembinov St
улица Бурабай|布拉拜街|Burabai St
Карагандинская улица|卡拉干达街|Karaganda St
улица Жиенкулова|吉延库洛娃街|Zhiyenkulova St
улица Алматы|阿拉木图街|Almaty St
улица Турар Рыскулова|雷斯库洛夫街|Ryskulov St
улица Екибастуз|埃基巴斯图兹街|Ekibastuz St
улица Карбышева|卡尔贝舍夫街|Karbyshev St
улица Талгар|塔尔加尔街|Talgar St
улица Карасай Батыра|卡拉赛巴特尔街|Karasai Batyr St
улица Жамбыла|江布勒街|Zhambyla St
улица Акмола|阿克莫拉街|Akmola St
`;

/** Names of the roads that Things and labels are named after, by the name in the source. */
export const ROAD_NAMES: ReadonlyMap<string, Required<Pick<LocalizedText, 'zh' | 'en'>>> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => {
      const [local, zh, en] = line.split('|') as [string, string, string];
      return [local, { zh, en }];
    }),
);
