"""Numbers as Hindi says them, as Devanagari words. The same functions as engine/codecs/english_numbers.py.

Every number below a hundred has a name of its own; above, they go by hundred, thousand, lakh (10^5), crore (10^7),
arab (10^9) and kharab (10^11).
"""

NAMES = """
शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन
अट्ठावन उनसठ साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर
सतहत्तर अठहत्तर उन्यासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी नब्बे इक्यानवे बानवे तिरानवे चौरानवे
पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
""".split()
SCALES = [(10**11, "खरब"), (10**9, "अरब"), (10**7, "करोड़"), (10**5, "लाख"), (1000, "हज़ार"), (100, "सौ")]
LONGEST = 13  # digits; longer numbers are read digit by digit
ORDINALS = {1: "पहला", 2: "दूसरा", 3: "तीसरा", 4: "चौथा", 6: "छठा"}
MONTHS = "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर".split()
MONEY = {
    "$": ("डॉलर", "डॉलर", "सेंट"),
    "£": ("पाउंड", "पाउंड", "पेंस"),
    "€": ("यूरो", "यूरो", "सेंट"),
    "₹": ("रुपया", "रुपये", "पैसे"),
    "¥": ("येन", "येन", "सेन"),
}
WORDS_OF_SCALE = {
    **{"thousand": "हज़ार", "lakh": "लाख", "million": "मिलियन", "crore": "करोड़", "billion": "बिलियन"},
    **{"trillion": "ट्रिलियन", "हज़ार": "हज़ार", "हजार": "हज़ार", "लाख": "लाख", "करोड़": "करोड़", "अरब": "अरब"},
}
UNITS = {
    **{"km": "किलोमीटर", "m": "मीटर", "cm": "सेंटीमीटर", "mm": "मिलीमीटर", "kg": "किलोग्राम", "g": "ग्राम"},
    **{"mg": "मिलीग्राम", "l": "लीटर", "ml": "मिलीलीटर", "mi": "मील", "ft": "फ़ुट", "lb": "पाउंड", "lbs": "पाउंड"},
    **{"oz": "औंस", "hr": "घंटे", "hrs": "घंटे", "min": "मिनट", "mins": "मिनट", "sec": "सेकंड", "secs": "सेकंड"},
    **{"s": "सेकंड", "ms": "मिलीसेकंड", "hz": "हर्ट्ज़", "khz": "किलोहर्ट्ज़", "mhz": "मेगाहर्ट्ज़", "ghz": "गीगाहर्ट्ज़"},
    **{"kb": "किलोबाइट", "mb": "मेगाबाइट", "gb": "गीगाबाइट", "tb": "टेराबाइट", "w": "वॉट", "kw": "किलोवॉट"},
    **{"mph": "मील प्रति घंटा", "kmh": "किलोमीटर प्रति घंटा", "km/h": "किलोमीटर प्रति घंटा", "°": "डिग्री"},
    **{"°c": "डिग्री सेल्सियस", "°f": "डिग्री फ़ारेनहाइट", "v": "वोल्ट", "db": "डेसिबल"},
}


def cardinal(number: int) -> list[str]:
    """Words of a whole number, at most `LONGEST` digits."""
    if number < 100:
        return [NAMES[number]]
    value, name = next(scale for scale in SCALES if number >= scale[0])
    head, rest = divmod(number, value)
    return [*cardinal(head), name, *(cardinal(rest) if rest else [])]


def digits(text: str) -> list[str]:
    """One digit after the other."""
    return [NAMES[int(digit)] for digit in text if digit.isdecimal()]


def whole(text: str) -> list[str]:
    """A row of digits: a number, or digit by digit where it begins with a nought or is too long."""
    return digits(text) if len(text) > LONGEST or (len(text) > 1 and text[0] == "0") else cardinal(int(text))


def decimal(text: str) -> list[str]:
    """A number as written: "1,23,456.50", "-3", ".5"."""
    sign = ["माइनस"] if text[:1] in "-−" else []
    before, point, after = text.lstrip("-−+").replace(",", "").partition(".")
    return sign + (whole(before) if before else []) + (["दशमलव", *digits(after)] if point and after else [])


def ordinal(text: str) -> list[str]:
    """1st पहला, 5th पाँचवाँ."""
    number = text.replace(",", "")
    if int(number) in ORDINALS:
        return [ORDINALS[int(number)]]
    *rest, last = whole(number)
    return [*rest, last + "वाँ"]


def year(text: str) -> list[str]:
    """1984 उन्नीस सौ चौरासी, 2024 दो हज़ार चौबीस."""
    head, tail = int(text[:2]), int(text[2:])
    if text[1] == "0":
        return cardinal(int(text))
    return [*cardinal(head), "सौ", *(cardinal(tail) if tail else [])]


def decade(text: str) -> list[str]:
    return [*(year(text) if len(text) == 4 else cardinal(int(text))), "का", "दशक"]


def time(hour: str, minute: str, second: str | None, half: str | None) -> list[str]:
    """5:30 पाँच बजकर तीस मिनट, 5:00 पाँच बजे."""
    end = [*cardinal(int(second)), "सेकंड"] if second and int(second) else []
    rest = ["बजकर", *cardinal(int(minute)), "मिनट", *end] if int(minute) or end else ["बजे"]
    return [*_half(half), *cardinal(int(hour)), *rest]


def clock(hour: str, half: str) -> list[str]:
    """5 pm शाम पाँच बजे."""
    return [*_half(half), *cardinal(int(hour)), "बजे"]


def _half(half: str | None) -> list[str]:
    return [] if not half else ["सुबह"] if half in "aA" else ["शाम"]


def date(year_: str, month: str, day: str) -> list[str]:
    return [*cardinal(int(day)), MONTHS[int(month) - 1], *year(year_)]


def money(sign: str, amount: str, scale: str | None) -> list[str]:
    """₹5, ₹3.50, ₹2.5 करोड़."""
    one, many, small = MONEY[sign]
    if scale:
        return [*decimal(amount), WORDS_OF_SCALE[scale.lower()], many]
    before, _, after = amount.replace(",", "").partition(".")
    if len(after) not in (0, 2):
        return [*decimal(amount), many]
    cents = [*cardinal(int(after)), small] if after and int(after) else []
    large = [*whole(before or "0"), one if before == "1" else many]
    return cents if cents and not int(before or 0) else [*large, *cents]


def percent(amount: str) -> list[str]:
    return [*decimal(amount), "प्रतिशत"]


def counted(amount: str, unit: str) -> list[str]:
    return [*decimal(amount), *UNITS[unit.lower()].split()]


def fraction(above: str, below: str) -> list[str]:
    if (above, below) == ("1", "2"):
        return ["आधा"]
    return [*whole(above), "बटा", *whole(below)]


def span(low: str, high: str) -> list[str]:
    """5-10 पाँच से दस."""
    return [*_year_or(low), "से", *_year_or(high)]


def _year_or(text: str) -> list[str]:
    return year(text) if len(text) == 4 and 1100 <= int(text) < 2100 else whole(text)
