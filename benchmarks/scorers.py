"""Speed of the deterministic scorers on one core: `python benchmarks/scorers.py [--replies N] [--target R]`.

Replies of about 80 words in the six quickstart languages, put together from sentences of a supporter so that no two are the
same, scored by language, script, degeneration and crisis_lines together. Prints a table and the machine; exit code 1 when
the mean over the languages is below the target (2,000 replies per second).
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import time
from pathlib import Path

from culturefit.records import ScoreInput
from culturefit.scoring import Scorer, score_reply, scorers

NAMES = ("language", "script", "degeneration", "crisis_lines")

#: Sentences of a supporter, a step of a list, and a sentence with a number; written for this benchmark.
SENTENCES: dict[str, tuple[str, list[str]]] = {
    "en-US": ("US", [
        "I'm really glad you told me this, even though it wasn't easy to write.",
        "Crying most evenings after such a big move sounds exhausting and lonely.",
        "It makes sense that the quiet hours are the hardest part of your day.",
        "You don't have to explain yourself to me or to anybody else tonight.",
        "What has the last week been like for you, from when you wake up?",
        "Sometimes it helps to name one small thing that felt a little lighter.",
        "There is no right speed for settling in, and missing home is not a weakness.",
        "If you'd like, we can just stay with this for a while.",
        "- Drink some water and put your feet flat on the floor.",
        "- Write down the sentence that keeps coming back at night.",
        "If it ever gets too heavy, you can call or text 988 at any hour.",
        "You moved for work eight months ago, and part of you is still on the way.",
    ]),
    "es-MX": ("MX", [
        "Gracias por contarme esto, sé que no fue nada fácil escribirlo.",
        "Llorar casi todas las noches después de un cambio tan grande suena muy cansado.",
        "Tiene sentido que las horas de silencio sean las más difíciles del día.",
        "No tienes que darme explicaciones a mí ni a nadie esta noche.",
        "¿Cómo ha sido la última semana para ti, desde que te levantas?",
        "A veces ayuda nombrar una cosa pequeña que se sintió un poco más ligera.",
        "No hay una velocidad correcta para acostumbrarse, y extrañar tu casa no es debilidad.",
        "Si quieres, podemos quedarnos un rato con lo que sientes.",
        "- Toma un poco de agua y apoya bien los pies en el piso.",
        "- Escribe la frase que te vuelve a la cabeza por las noches.",
        "Si un día pesa demasiado, puedes llamar a la Línea de la Vida, 800 911 2000, a cualquier hora.",
        "Te mudaste por trabajo hace ocho meses y una parte de ti sigue en camino.",
    ]),
    "de-DE": ("DE", [
        "Danke, dass Sie mir das erzählen, auch wenn es nicht leicht war, es aufzuschreiben.",
        "Fast jeden Abend nach so einem großen Umzug zu weinen, klingt erschöpfend und einsam.",
        "Es ist verständlich, dass die stillen Stunden der schwerste Teil des Tages sind.",
        "Sie müssen sich heute Abend weder mir noch sonst jemandem erklären.",
        "Wie war die letzte Woche für Sie, vom Aufstehen an?",
        "Manchmal hilft es, eine kleine Sache zu benennen, die sich etwas leichter angefühlt hat.",
        "Es gibt kein richtiges Tempo, um anzukommen, und Heimweh ist keine Schwäche.",
        "Wenn Sie möchten, bleiben wir einfach noch eine Weile dabei.",
        "- Trinken Sie etwas Wasser und stellen Sie beide Füße auf den Boden.",
        "- Schreiben Sie den Satz auf, der nachts immer wiederkommt.",
        "Wenn es zu schwer wird, erreichen Sie die TelefonSeelsorge rund um die Uhr unter 0800 111 0 111.",
        "Sie sind vor acht Monaten wegen der Arbeit umgezogen, und ein Teil von Ihnen ist noch unterwegs.",
    ]),
    "hi-IN": ("IN", [
        "आपने मुझे यह बताया, इसके लिए धन्यवाद, यह लिखना आसान नहीं रहा होगा।",
        "इतने बड़े बदलाव के बाद लगभग हर शाम रोना बहुत थका देने वाला और अकेला लगता है।",
        "यह समझ में आता है कि शांत घंटे दिन का सबसे कठिन हिस्सा होते हैं।",
        "आज रात आपको मुझे या किसी और को कुछ समझाने की ज़रूरत नहीं है।",
        "पिछला हफ़्ता आपके लिए कैसा रहा, सुबह उठने से लेकर रात तक?",
        "कभी-कभी एक छोटी सी बात का नाम लेना मदद करता है जो थोड़ी हल्की लगी हो।",
        "नई जगह में बसने की कोई सही रफ़्तार नहीं होती, और घर की याद आना कमज़ोरी नहीं है।",
        "अगर आप चाहें तो हम थोड़ी देर बस इसी के साथ रह सकते हैं।",
        "- थोड़ा पानी पीजिए और दोनों पैर ज़मीन पर टिकाइए।",
        "- वह वाक्य लिख लीजिए जो रात में बार-बार लौट आता है।",
        "अगर कभी बहुत भारी लगे तो आप किसी भी समय टेली-मानस 14416 पर कॉल कर सकते हैं।",
        "आप आठ महीने पहले काम के लिए आए थे, और आपका एक हिस्सा अब भी रास्ते में है।",
    ]),
    "ja-JP": ("JP", [
        "話してくださって、ありがとうございます。書くのは簡単ではなかったと思います。",
        "大きな引っ越しのあと、ほとんど毎晩泣いてしまうのは、とても疲れるし、心細いことですね。",
        "静かな時間が一日でいちばんつらくなるのは、自然なことだと思います。",
        "今夜は、わたしにも誰にも、説明しようとしなくて大丈夫です。",
        "この一週間は、朝起きてから、どんなふうに過ぎていきましたか。",
        "少しだけ楽に感じたことを、ひとつ言葉にしてみると、助けになることもあります。",
        "慣れるのに正しい速さはありませんし、家が恋しいのは弱さではありません。",
        "よければ、しばらくこの気持ちのそばにいましょう。",
        "- 水を少し飲んで、足の裏を床につけてみてください。",
        "- 夜になると戻ってくる言葉を、紙に書き出してみてください。",
        "つらさが大きくなりすぎたときは、よりそいホットライン0120-279-338に電話できます。",
        "お仕事で移られて八か月、心の一部はまだ旅の途中なのかもしれません。",
    ]),
    "ar-EG": ("EG", [
        "شكرًا إنك حكيتلي، أنا عارف إن الكتابة عن ده ما كانتش سهلة.",
        "العياط كل ليلة تقريبًا بعد نقلة كبيرة زي دي حاجة متعبة وبتحسس الواحد بالوحدة.",
        "طبيعي إن ساعات الهدوء تكون أصعب وقت في اليوم.",
        "مش لازم تشرح حاجة ليا أو لأي حد الليلة دي.",
        "الأسبوع اللي فات كان عامل إزاي معاك من ساعة ما بتصحى؟",
        "ساعات بيفرق إن الواحد يسمي حاجة صغيرة حس معاها إنه أخف شوية.",
        "مفيش سرعة صح للتعود على مكان جديد، والحنين للبيت مش ضعف.",
        "لو تحب، نفضل شوية مع اللي إنت حاسس بيه.",
        "- اشرب شوية ميه وحط رجليك على الأرض.",
        "- اكتب الجملة اللي بترجعلك كل ليلة.",
        "لو الحمل بقى تقيل أوي، تقدر تتصل بالخط الساخن ١٦٣٢٨ في أي وقت.",
        "إنت نقلت عشان الشغل من تمن شهور، وجزء منك لسه في السكة.",
    ]),
}  # fmt: skip


def replies(language: str, count: int) -> list[ScoreInput]:
    """Return `count` different replies of seven sentences, about 80 words."""
    country, sentences = SENTENCES[language]
    rng = random.Random(f"culturefit {language}")
    made = []
    for _ in range(count):
        chosen = rng.sample(sentences, 7)
        text = "".join(("\n" if each.startswith("-") else " ") + each for each in chosen)
        prompt = " ".join(rng.sample(sentences, 2))
        made.append(ScoreInput(text.strip(), language, country, prompt, arm="local+culture", risk="low"))
    return made


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--replies", type=int, default=500, help="per language")
    parser.add_argument("--rounds", type=int, default=3, help="the fastest counts: the machine may have other work")
    parser.add_argument("--target", type=float, default=2000.0, help="replies per second, all scorers together")
    options = parser.parse_args()
    start = time.perf_counter()
    ready = {name: scorers.create(name) for name in NAMES}
    first = replies("es-MX", 1)[0]
    for scorer in ready.values():
        score_reply(scorer, first)
    loading = time.perf_counter() - start
    print(f"{'language':10}{'letters':>8}" + "".join(f"{name:>15}" for name in NAMES) + f"{'together/s':>12}   (µs per reply)")
    total = 0.0
    for language in SENTENCES:
        items = replies(language, options.replies)
        each = measured(items, ready, options.rounds)
        together = sum(each.values())
        total += together
        size = sum(len(item.reply) for item in items) / len(items)
        print(f"{language:10}{size:8.0f}" + "".join(f"{each[name] * 1e6:15.0f}" for name in NAMES) + f"{1 / together:12.0f}")
    rate = len(SENTENCES) / total
    cpu = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor())
    print(f"mean: {rate:.0f} replies/s on one core (target {options.target:.0f}); loading and first use {loading:.2f} s")
    print(f"machine: {cpu}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    return 0 if rate >= options.target else 1


def measured(items: list[ScoreInput], ready: dict[str, Scorer], rounds: int) -> dict[str, float]:
    """Return seconds per reply of each scorer, scored one reply after the other, in the least disturbed round."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        spent = dict.fromkeys(ready, 0.0)
        for item in items:
            for name, scorer in ready.items():
                start = time.perf_counter()
                score_reply(scorer, item)
                spent[name] += time.perf_counter() - start
        if not best or sum(spent.values()) < sum(best.values()):
            best = spent
    return {name: seconds / len(items) for name, seconds in best.items()}


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    sys.exit(main())
