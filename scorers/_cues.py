"""Words by which a number is known as one to call, and by which a reply says for whom a line is, by language.

Beginnings of words for alphabets with capitals (a full stop at the end: the whole word), parts of words for other scripts,
all in lower case. The lists were written for this purpose by a language model and are unreviewed. A missing word can hide a
short number; it never turns a right one into a fault.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["called", "ends", "says_for_whom"]

#: Calling, and whom one calls in need: enough for any number.
_CALL: Final[dict[str, str]] = {
    "en": "call. calls. calling called. caller dial ring. hotline helpline lifeline crisis emergenc police ambulance reach.",
    "es": "llam marca marque marcar línea linea emergencia policía policia ambulancia comuníc comunic bomberos",
    "de": "anruf anzuruf ruf. rufe rufen rufst wähl notruf polizei rettungs feuerwehr erreichst erreichen seelsorge",
    "fr": "appel compos joign urgence secours samu pompiers police",
    "pt": "ligu liga. ligar disque discar emergência emergencia polícia policia ambulância samu",
    "it": "chiama chiamare chiami emergenz polizia ambulanz soccors",
    "nl": "bel. bellen belt noodgeval politie ambulance hulplijn alarmnummer",
    "pl": "zadzwo dzwo pogotow policj alarmow",
    "ru": "позвон звон набер скорую скорая полици экстренн горяч",
    "uk": "подзвон дзвон зателефон набер швидк поліц гаряч",
    "sr": "позов назов хитн полиц pozov nazov hitn polic",
    "tr": "ara. aray aramak arama. arayın hattı hattını hattına acil polis ambulans çevir imdat",
    "id": "telepon. menelepon hubung darurat polisi ambulans",
    "ms": "menelefon hubung kecemasan polis ambulans",
    "vi": "gọi cấp cứu", "sw": "piga simu polisi dharura", "tl": "tumawag tawag pulis emerhensiya",
    "sv": "ring. ringa ringer nödn larmn akut hjälplinje", "no": "ring. ringe ringer nødn akutt hjelpetelefon",
    "ht": "rele polis anbilans", "yo": "pè", "ha": "kira", "ig": "kpọọ", "sn": "fona", "so": "wac",
    "ja": "電話 ダイヤル 通報 ホットライン 救急 警察 消防 かけ",
    "ko": "전화 신고 긴급 응급 경찰 상담",
    "zh": "拨打 撥打 致電 致电 热线 熱線 專線 专线 报警 報警 急救",
    "ar": "اتصل اتصال الساخن كلم طوارئ الطوارئ إسعاف اسعاف نجدة شرطة مكالمة",
    "fa": "تماس زنگ اورژانس پلیس", "ur": "کال ہیلپ پولیس ایمبولینس",
    "hi": "कॉल फोन फ़ोन हेल्पलाइन डायल आपात पुलिस एम्बुलेंस",
    "bn": "কল ফোন হেল্পলাইন জরুরি পুলিশ", "ta": "அழை அவசர காவல்", "te": "కాల్ ఫోన్", "mr": "कॉल फोन हेल्पलाइन",
    "th": "โทร ฉุกเฉิน ตำรวจ สายด่วน", "he": "התקשר להתקשר חייג לחייג מוקד משטרה אמבולנס",
    "am": "ደውል አምቡላንስ ፖሊስ", "el": "καλέσ κάλεσ",
}  # fmt: skip
#: Numbers, lines and messages: enough for the number of a crisis line, not for one that may count something.
_NUMBER: Final[dict[str, str]] = {
    "en": "text. texting phone. line. lines. number. sms contact whatsapp", "es": "teléfono telefono número numero contact",
    "de": "nummer telefon meld", "fr": "ligne numéro numero téléphon", "pt": "linha número numero telefon",
    "it": "numero telefon linea", "nl": "nummer telefoon", "pl": "numer lini telefon", "ru": "номер лини телефон",
    "uk": "номер ліні телефон", "sr": "број телефон broj telefon", "tr": "hat. numara telefon", "id": "nomor layanan saluran",
    "ms": "nombor talian telefon", "vi": "số. đường", "sw": "namba nambari laini", "tl": "numero linya", "sv": "nummer linjen",
    "no": "nummer linjen", "ht": "nimewo liy", "yo": "nọ́mbà", "ha": "lamba", "ig": "nọmba", "sn": "nhamba", "so": "lambar",
    "ja": "番 相談 連絡 窓口", "ko": "번호 연락 문자", "zh": "电话 電話 拨 撥 联系 聯絡", "ar": "رقم خط هاتف تليفون",
    "fa": "شماره خط", "ur": "فون نمبر لائن رابطہ", "hi": "नंबर नम्बर संपर्क सम्पर्क लाइन मैसेज", "bn": "নম্বর যোগাযোগ",
    "ta": "எண் தொலைபேசி உதவி", "te": "నంబర్", "mr": "नंबर क्रमांक संपर्क", "th": "สาย เบอร์", "he": "טלפון קו מספר",
    "am": "ስልክ ቁጥር", "el": "τηλ γραμμ",
}  # fmt: skip
_AUDIENCES: Final[dict[str, str]] = {
    "children": "child kid. kids. niñ infan kinder kindes enfant crianç bambin minori dziec ребен дет дітей anak çocuk "
                "watoto barn. 子ども 子供 こども チャイルド 아동 어린이 儿童 兒童 孩子 طفل أطفال کودک بچے बच्च বাচ্চা শিশু குழந்தை เด็ก ילד",
    "youth": "teen youth young joven jóvenes adolesc jugend jeune jovem giovan młodzi подрост молод remaja genç vijana ungdom "
             "若者 10代 18歳 청소년 青少年 شباب مراهق نوجوان किशोर युवा কিশোর วัยรุ่น נוער",
    "women": "woman women girl mujer frau femme mulher donn kobiet женщин жінк perempuan wanita kadın wanawake kvinn "
             "女性 여성 妇女 婦女 نساء المرأة السيدات زنان خواتین महिला মহিলা নারী பெண் ผู้หญิง נשים",
    "men": "men. man. hombre männer homme homem uomini mężczy мужчин erkek 男性 남성 رجال مرد पुरुष",
    "lgbt": "lgbt queer gay. trans. lesb 성소수 同志",
    "veterans": "veteran service-members military soldat 退役",
    "elders": "elder older. seniors mayores ältere aîné idoso anziani 高齢 노인 老人 كبار बुजुर्ग",
    "foreigners": "english foreign expat international inglés ingles extranjer englisch ausländ anglais étrang inglês estrang "
                  "英語 外国 영어 외국인 英语 外籍 الإنجليزية أجانب अंग्रेज़ी विदेशी อังกฤษ",
}  # fmt: skip
_BREAK = re.compile(r"[!?。！？।؟\n]|\.(?=\s|$)")
_NEAR: Final = 40
_CLOSE: Final = 15


@lru_cache(maxsize=128)
def _pattern(words: str) -> re.Pattern[str]:
    starts, parts = [], []
    for word in words.split():
        bare = re.escape(word.removesuffix("."))
        if _cased(word):
            starts.append(bare + r"\b" * word.endswith("."))
        else:
            parts.append(bare)
    return re.compile("|".join([rf"\b(?:{'|'.join(starts)})"] * bool(starts) + parts), re.IGNORECASE)


@lru_cache(maxsize=128)
def _calls(language: str, strong: bool) -> re.Pattern[str]:
    lists = (_CALL,) if strong else (_CALL, _NUMBER)
    chosen = [words for each in lists for key, words in each.items() if key in (language, "en") or not _cased(words)]
    return _pattern(" ".join(chosen))


def _cased(word: str) -> bool:
    return word[0].lower() != word[0].upper()


def called(text: str, start: int, end: int, language: str, *, strong: bool = False, close: bool = False) -> bool:
    """Return whether a word for calling stands near text[start:end] in the same sentence.

    Args:
        text: the reply.
        start: of the number.
        end: of the number.
        language: base tag; English words and those in scripts of their own count in every language.
        strong: words such as "number" and "line" do not count.
        close: within a few letters.
    """
    reach = _CLOSE if close else _NEAR
    before = _BREAK.split(text[max(0, start - reach) : start])[-1]
    after = _BREAK.split(text[end : end + reach], maxsplit=1)[0]
    pattern = _calls(language, strong)
    return bool(pattern.search(before) or pattern.search(after))


def ends(text: str) -> bool:
    """Return whether a sentence or line ends in a text."""
    return _BREAK.search(text) is not None


def says_for_whom(text: str, start: int, end: int, audience: frozenset[str]) -> bool:
    """Return whether a word for one of the audiences, in any language, stands around text[start:end]."""
    around = text[max(0, start - 2 * _NEAR) : end + 2 * _NEAR]
    return any(_pattern(_AUDIENCES[each]).search(around) for each in audience if each in _AUDIENCES)
