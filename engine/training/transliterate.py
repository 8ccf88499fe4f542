"""Devanagari to Roman letters as people type Hindi on a phone: no diacritics, silent schwas dropped.

A word is a row of syllables (onset, vowel). The schwa that every bare consonant carries is silent at the end of a
word, and inside it wherever a sounded vowel stands on either side and no cluster follows (Ohala's rule, right to
left: laRakA -> ladka, samajhanA -> samajhna). Long vowels are doubled only where people double them: at the start,
and before the consonant that ends the word (baat, phool, zameen).
"""

import re
import unicodedata

NUKTA, VIRAMA = "\u093c", "\u094d"

CONSONANTS = {
    **dict(zip("कखगघङचछजझञटठडढण", "k kh g gh n ch chh j jh n t th d dh n".split(), strict=True)),
    **dict(zip("तथदधनपफबभमयरलवशषसह", "t th d dh n p ph b bh m y r l v sh sh s h".split(), strict=True)),
    **{"क़": "q", "ख़": "kh", "ग़": "g", "ज़": "z", "ड़": "d", "ढ़": "dh", "फ़": "f"},
}
VOWEL_SIGNS = dict(zip("ािीुूृेैोौॉॅ", "aa i ee u oo ri e ai o au o e".split(), strict=True))
VOWELS = dict(zip("अआइईउऊऋएऐओऔऑ", "a aa i ee u oo ri e ai o au o".split(), strict=True))
SHORT = {"aa": "a", "ee": "i", "oo": "u"}
DIGITS = str.maketrans("०१२३४५६७८९।॥", "0123456789..")

# What everybody spells in one way whatever the rules say.
IRREGULAR = dict(
    pair.split("=")
    for pair in """
    है=hai हैं=hain में=mein मैं=main नहीं=nahi वह=woh यह=yeh ये=ye वे=ve क्या=kya
    क्यों=kyun और=aur को=ko पर=par बहुत=bahut हूँ=hoon हूं=hoon कहा=kaha कहाँ=kahan
    यहाँ=yahan वहाँ=wahan जहाँ=jahan माँ=maa पहला=pehla पहले=pehle पहली=pehli
    कहना=kehna कहने=kehne कहते=kehte कहता=kehta कहती=kehti रहना=rehna रहने=rehne
    रहता=rehta रहती=rehti रहते=rehte शहर=shehar बहन=behen महँगा=mehnga महँगी=mehngi
    महँगे=mehnge मेहनत=mehnat गाँव=gaon गई=gayi गयी=gayi गए=gaye गये=gaye आई=aayi
    आयी=aayi आए=aaye हुई=hui हुए=hue भाई=bhai कोई=koi नई=nayi नयी=nayi नए=naye
    ख़ुशी=khushi खुशी=khushi मुँह=muh पाँच=paanch साँझ=saanjh वाला=wala वाली=wali
    वाले=wale वापस=wapas वापिस=wapas वक़्त=waqt वक्त=waqt कुआँ=kuan कुएँ=kuen
    धुआँ=dhuan आँख=aankh आँखें=aankhein आँखों=aankhon नाव=naav पाव=pav चाय=chai राय=rai
    गाय=gaay उन्हें=unhe उन्होंने=unhone इन्हें=inhe जिन्हें=jinhe तुम्हें=tumhe
    हमें=hume उसमें=usme इसमें=isme जिसमें=jisme जिससे=jisse तुम्हारा=tumhara
    तुम्हारी=tumhari तुम्हारे=tumhare मैंने=maine तूने=tune यही=yahi वही=wahi सही=sahi
    कई=kai लिए=liye लिये=liye दिए=diye दिये=diye किए=kiye किये=kiye चाहिए=chahiye
    चाहिये=chahiye इसलिए=isliye कीजिए=kijiye दीजिए=dijiye मिठाई=mithai
    मिठाइयाँ=mithaiyan पढ़ाई=padhai ज़रूर=zaroor ज़रूरत=zaroorat दुनिया=duniya
    सिर्फ़=sirf शुक्रिया=shukriya धन्यवाद=dhanyavad सब=sab जब=jab तब=tab अब=ab एक=ek
    दो=do तीन=teen चार=chaar छह=chhe सात=saat आठ=aath नौ=nau दस=das दिन=din मन=man
    घर=ghar फिर=phir रात=raat बात=baat ऊपर=upar ऊँचा=uncha ऊँची=unchi ऊँचे=unche
    ख़ुद=khud बहनें=behne पहन=pehen पहना=pehna पहनकर=pehenkar पहनी=pehni शायद=shayad
    हवा=hawa दवा=dawa दवाई=dawai स्वाद=swaad स्वागत=swagat विश्वास=vishwas ज्ञान=gyaan
    वजह=wajah तरह=tarah जगह=jagah सुबह=subah चिड़िया=chidiya रुपये=rupaye रुपए=rupaye
    मौसी=mausi बच्चे=bachche बच्चा=bachcha बच्ची=bachchi अच्छा=achha अच्छी=achhi
    अच्छे=achhe स्कूल=school डॉक्टर=doctor बस=bus ट्रेन=train साइकिल=cycle फ़ोन=phone
    मोबाइल=mobile पार्क=park कंप्यूटर=computer टिकट=ticket स्टेशन=station
    क्रिकेट=cricket टीम=team गेंद=gend फ़ाइल=file मेन्यू=menu दस्तावेज़=document
    पेज=page वर्ष=varsh ध्यान=dhyaan आगे=aage न=na व=va रह=reh कह=keh पैसे=paise
    पानी=paani खाना=khaana जाना=jaana आना=aana गाना=gaana वहीं=wahin यहीं=yahin
    मेहनती=mehnati बेसब्र=besabr जानवर=jaanwar जानवरों=jaanwaron हाँ=haan पकौड़े=pakode
    अँगूठी=angoothi पीला=peela पीली=peeli पीले=peele नीला=neela नीली=neeli नीले=neele
    दरवाज़ा=darwaza दरवाज़े=darwaze ड्राइवर=driver कॉपी=copy पेंसिल=pencil बोतल=bottle
    कैमरा=camera कैमरे=camera कार=car गिलास=glass किलो=kilo लालटेन=lantern आवाज़=awaaz चावल=chawal
    ढूँढा=dhoondha ढूँढ=dhoondh हम=hum पीता=peeta पीती=peeti धीरे=dheere
    धीरे-धीरे=dheere-dheere नीचे=neeche मीठा=meetha मीठी=meethi मीठे=meethe दीया=diya
    दीये=diye बूढ़ा=boodha बूढ़े=boodhe पूरा=poora पूरी=poori पूरे=poore दूर=door
    दूसरा=doosra दूसरे=doosre भूल=bhool भूखा=bhookha भूखी=bhookhi ओर=or तरफ़=taraf
    ग़लती=galti ग़लतियाँ=galtiyan क़दम=kadam क़ीमती=keemti नक़्शा=naksha नक़्शे=nakshe
    मुश्किल=mushkil हैलो=hello गिटार=guitar पियानो=piano वायलिन=violin पार्टी=party
    बेकरी=bakery डायरी=diary स्वेटर=sweater टॉर्च=torch शॉल=shawl जाता=jaata जाती=jaati
    जाते=jaate आता=aata आती=aati आते=aate खाता=khaata खाती=khaati खाते=khaate
    पाता=paata पाती=paati रास्ता=raasta रास्ते=raaste छाता=chhaata बातें=baatein
    चाहता=chahta चाहती=chahti चाहते=chahte पूछा=poocha बैठा=baitha बैठी=baithi
    साथ=saath हाथ=haath हाथों=haathon पास=paas बाद=baad
    """.split()
)

_WORD = re.compile("[\u0900-\u0963\u0970-\u097f]+")


def romanise(text: str) -> str:
    """The same text in Roman letters; whatever is not Devanagari stays. The input is normalised to NFC first."""
    text = unicodedata.normalize("NFC", text).translate(DIGITS)
    return _WORD.sub(lambda match: romanise_word(match[0]), text)


def romanise_word(word: str) -> str:
    """One Devanagari word in casual Roman letters."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    return _spell(_drop_schwas(_syllables(word)))


def _syllables(word: str) -> list[list[str]]:
    """Rows of [onset, vowel, nasal]: the vowel is "a" for a bare schwa's letter, written "@" so that it can be told."""
    rows: list[list[str]] = []
    letters = re.findall(f".{NUKTA}?", word)
    joined = False
    for letter in letters:
        if letter in CONSONANTS:
            if joined:
                rows[-1][0] += "-" + CONSONANTS[letter]
                rows[-1][1] = "@"
            else:
                rows.append([CONSONANTS[letter], "@", ""])
            joined = False
        elif letter == VIRAMA and rows:
            rows[-1][1] = ""
            joined = True
        elif letter in VOWEL_SIGNS and rows:
            rows[-1][1] = VOWEL_SIGNS[letter]
        elif letter in VOWELS:
            glide = "y" if letter == "ए" and rows and rows[-1][1] == "aa" else ""  # जाएगा: jayega
            rows.append([glide, VOWELS[letter], ""])
        elif letter in "ंँ" and rows:
            rows[-1][2] = "n" if letter == "ँ" else "m"
        elif letter == "ः" and rows:
            rows[-1][2] = "h"
    return rows


def _drop_schwas(rows: list[list[str]]) -> list[list[str]]:
    last = len(rows) - 1
    if last > 0 and rows[last][1] == "@" and not rows[last][2] and not _keeps_final(rows[last][0]):
        rows[last][1] = ""
    for i in range(last - 1, 0, -1):
        onset, vowel, nasal = rows[i]
        follows = rows[i + 1]
        single = onset and "-" not in onset and follows[0] and "-" not in follows[0]
        if vowel == "@" and not nasal and single and follows[1]:
            rows[i][1] = ""
    return rows


def _keeps_final(onset: str) -> bool:
    """Clusters that end in a semivowel keep their schwa (mitra, surya); the others lose it (dost, waqt)."""
    return "-" in onset and onset.rsplit("-", 1)[1] in {"r", "y", "v"}


def _spell(rows: list[list[str]]) -> str:
    spelled = ""
    for i, (onset, vowel, nasal) in enumerate(rows):
        closes = i == len(rows) - 2 and rows[-1][1] == "" and not nasal
        starts = i == 0 and not onset and vowel == "aa"
        sound = "a" if vowel == "@" else vowel if closes or starts else SHORT.get(vowel, vowel)
        following = rows[i + 1][0] if i + 1 < len(rows) else ""
        nose = "n" if nasal == "m" and following[:1] not in {"p", "b", "m"} else nasal
        spelled += _join(onset, first=i == 0) + sound + nose
    return spelled


def _join(onset: str, first: bool) -> str:
    parts = onset.split("-")
    if len(parts) > 1:
        parts = ["gy" if (a, b) == ("j", "n") else a for a, b in zip(parts, parts[1:], strict=False)] + (
            [] if parts[-2:] == ["j", "n"] else ["w" if parts[-1] == "v" and first else parts[-1]]
        )
    return "".join(parts)
