"""Numbers as English says them, as lower-case words: American, without "and" (one hundred five)."""

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"]
SCALES_OF_INDIA = {"हज़ार": "thousand", "हजार": "thousand", "लाख": "lakh", "करोड़": "crore", "अरब": "billion"}
LONGEST = 3 * len(SCALES)  # digits; longer numbers are read digit by digit
IRREGULAR_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
    "twelve": "twelfth",
}
MONTHS = ("January February March April May June July August September October November December").split()
MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "¥": ("yen", "yen", "sen", "sen"),
}
UNITS = {
    **{"km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "kg": "kilogram", "g": "gram"},
    **{"mg": "milligram", "l": "liter", "ml": "milliliter", "mi": "mile", "ft": "foot", "lb": "pound", "oz": "ounce"},
    **{"hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute", "sec": "second", "secs": "second"},
    **{"s": "second", "ms": "millisecond", "hz": "hertz", "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz"},
    **{"kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte", "tb": "terabyte", "w": "watt", "kw": "kilowatt"},
    **{"mph": "mile per hour", "kmh": "kilometer per hour", "km/h": "kilometer per hour", "lbs": "pound"},
    **{"°": "degree", "°c": "degree Celsius", "°f": "degree Fahrenheit", "v": "volt", "db": "decibel"},
}
UNCHANGED = {"hertz", "kilohertz", "megahertz", "gigahertz"}
FRACTIONS = {2: "half", 4: "quarter"}


def cardinal(number: int) -> list[str]:
    """Words of a whole number, at most `LONGEST` digits."""
    if number < 0:
        return ["minus", *cardinal(-number)]
    if number < 20:
        return [ONES[number]]
    if number < 100:
        return [TENS[number // 10], *([ONES[number % 10]] if number % 10 else [])]
    if number < 1000:
        return [ONES[number // 100], "hundred", *(cardinal(number % 100) if number % 100 else [])]
    power = (len(str(number)) - 1) // 3
    head, rest = divmod(number, 1000**power)
    return [*cardinal(head), SCALES[power], *(cardinal(rest) if rest else [])]


def digits(text: str) -> list[str]:
    """One digit after the other."""
    return [ONES[int(digit)] for digit in text if digit.isdecimal()]


def whole(text: str) -> list[str]:
    """A row of digits: a number, or digit by digit where it begins with a nought (007) or is too long."""
    return digits(text) if len(text) > LONGEST or (len(text) > 1 and text[0] == "0") else cardinal(int(text))


def decimal(text: str) -> list[str]:
    """A number as written: "1,234.50", "-3", ".5"."""
    sign = ["minus"] if text[:1] in "-−" else []
    before, point, after = text.lstrip("-−+").replace(",", "").partition(".")
    return sign + (whole(before) if before else []) + (["point", *digits(after)] if point and after else [])


def ordinal(text: str) -> list[str]:
    """The words of 1st, 22nd, 300th, written without the ending."""
    *rest, last = cardinal(int(text.replace(",", "")))
    if last in IRREGULAR_ORDINALS:
        return [*rest, IRREGULAR_ORDINALS[last]]
    return [*rest, last[:-1] + "ieth" if last.endswith("y") else last + ("h" if last.endswith("t") else "th")]


def year(text: str) -> list[str]:
    """Four digits as a year: nineteen eighty four, two thousand six, nineteen oh five, twenty twenty four."""
    head, tail = int(text[:2]), int(text[2:])
    if tail == 0 and head % 10:
        return [*cardinal(head), "hundred"]
    if text[1] == "0" and tail < 10:
        return cardinal(int(text))
    return [*cardinal(head), *(["oh"] if tail < 10 else []), *cardinal(tail)]


def decade(text: str) -> list[str]:
    """1990s, 80s."""
    *rest, last = year(text) if len(text) == 4 else cardinal(int(text))
    return [*rest, last[:-1] + "ies" if last.endswith("y") else last + "s"]


def time(hour: str, minute: str, second: str | None, half: str | None) -> list[str]:
    """5:30, 5:05 pm, 17:00, 5:30:10."""
    noon = ["o'clock"] if not half and not second and int(hour) <= 12 else [] if half or second else ["hundred"]
    middle = noon if int(minute) == 0 else (["oh"] if int(minute) < 10 else []) + cardinal(int(minute))
    end = ["and", *counted(second, "second")] if second else []
    return [*cardinal(int(hour)), *middle, *end, *([f"{half.upper()}.M."] if half else [])]


def clock(hour: str, half: str) -> list[str]:
    """5 pm."""
    return [*cardinal(int(hour)), f"{half.upper()}.M."]


def date(year_: str, month: str, day: str) -> list[str]:
    """Numbers of a date: February fifth, nineteen ninety."""
    return [MONTHS[int(month) - 1], *ordinal(day), *(year(year_) if len(year_) == 4 else cardinal(int(year_)))]


def money(sign: str, amount: str, scale: str | None) -> list[str]:
    """$5, £3.50, ₹2.5 crore, $1 million."""
    one, many, small, smalls = MONEY[sign]
    if scale:
        return [*decimal(amount), SCALES_OF_INDIA.get(scale, scale.lower()), many]
    before, _, after = amount.replace(",", "").partition(".")
    if len(after) not in (0, 2):
        return [*decimal(amount), many]
    large = [*whole(before), one if before == "1" else many] if int(before) or not after else []
    if not int(after or 0):
        return large or [*whole(before), many]
    return [*large, *(["and"] if large else []), *cardinal(int(after)), small if int(after) == 1 else smalls]


def percent(amount: str) -> list[str]:
    return [*decimal(amount), "percent"]


def counted(amount: str, unit: str) -> list[str]:
    """A number and its unit: 5 km, 1 km."""
    first, *rest = UNITS.get(unit.lower(), unit).split()
    plural = {"foot": "feet"}.get(first, first if first in UNCHANGED else first + "s")
    return [*decimal(amount), first if amount.lstrip("-") == "1" else plural, *rest]


def fraction(above: str, below: str) -> list[str]:
    """1/2, 3/4, 2/3; otherwise seven over twelve."""
    top, bottom = int(above), int(below)
    if not 0 < top < bottom <= 10:
        return [*whole(above), "over", *whole(below)]
    part = FRACTIONS.get(bottom) or ordinal(below)[0]
    many = {"half": "halves"}.get(part, part + "s")
    return [*cardinal(top), part if top == 1 else many]


def span(low: str, high: str) -> list[str]:
    """5-10: five to ten."""
    return [*_year_or(low), "to", *_year_or(high)]


def _year_or(text: str) -> list[str]:
    return year(text) if len(text) == 4 and 1100 <= int(text) < 2100 else whole(text)
