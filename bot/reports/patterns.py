"""How details that point to a person look in English and Spanish text, kind by kind. Pure.

Each pattern starts only where a word or line does, or is bounded, so that time grows with the length of the text alone.
"""

import re

Patterns = tuple[re.Pattern[str], ...]


def _any(*patterns: str) -> Patterns:
    return tuple(re.compile(pattern, re.IGNORECASE | re.MULTILINE) for pattern in patterns)


FEW = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w{3,5}|veint\w{1,8})"
)
# What may follow where nothing is counted: "at 9, we" and not "at 9 companies".
STOP = r"(?=\s?(?:[,;:!?)]|\.(?!\d)|$|(?:we|they|i|on|in|of|at|and|or|sharp|every|each|utc|cet|en|y|nos|me|de)\b))"

_LOCAL = r"(?<![\w.+-])[\w.+-]{1,64}"
EMAIL = _any(
    _LOCAL + r"\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
    _LOCAL + r"\s?[(\[{<]\s?(?:at|arroba|@)\s?[)\]}>]\s?[\w-]{1,63}"
    r"(?:(?:\s?[(\[{<]\s?(?:dot|punto)\s?[)\]}>]\s?|\s(?:dot|punto)\s|\.)\w{2,20}){1,3}",
    _LOCAL + r"\s(?:at|arroba)\s[\w-]{1,63}\s(?:dot|punto)\s\w{2,20}",
)

LINK = _any(
    r"\b(?:https?|ftps?|file|ssh|git|slack|discord|zoommtg|msteams)://[^\s<>]{1,200}|\bwww\.\S{2,200}",
    r"(?-i:(?<![\w.@-])(?!(?:monday|booking)\.com|(?:draw|socket)\.io|character\.ai)(?:[\w-]{1,63}\.){1,4}"
    r"(?:com|org|net|io|dev|app|ai|co|gg|eu|es|de|uk|fr|mx|ar|cl|corp|local|internal|intranet|lan|example)\b(?![.-]\w)"
    r"(?:/\S{0,200})?)",
    r"(?-i:(?<![\w/.])(?:intranet|wiki|go|confluence|sharepoint|portal|jira|gitlab)/[\w/-]{2,200})",
    r"\b[a-z]:\\\S{2,200}|\\\\[\w.-]{2,63}\\\S{1,200}|(?<![\w.~/-])~?/(?:home|users|srv|mnt)/\S{1,200}",
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\w)",
    r"(?<![\w.-])[\w.-]{1,80}\.(?:xlsx?|docx?|pptx?|pdf|csv|zip|png|jpe?g|msg|eml|txt|mp4)\b",
)

HANDLE = _any(
    r"<(?:@[!&]?|#)\d{5,20}>|(?<!\d)\d{17,20}(?!\d)",
    r"(?<![\w@.])@(?!(?:everyone|here|override|ts-)\b)[^\W\d_][\w.-]{0,31}|(?<![\w/])/?u/[\w-]{2,30}",
    r"(?-i:(?<![\w&#/])#[a-z][\w-]{1,60})|(?<![\w.])[^\W\d_][\w.]{1,31}#\d{4}\b",
    r"\b(?:discord|telegram|linkedin|instagram|twitter|github|slack|signal|user\s?name|usuario|handle|nick(?:name)?)"
    r"(?:\s?[:=]\s?[\w.-]{2,40}|\s(?:is|es)\s[^\W\d_]{1,30}[\d_.-][\w-][\w.-]{0,30})",
)

# Standards, laws and quarters are written like tickets, and everybody knows them.
_STANDARDS = (
    r"(?!(?:AES|BS|COVID|CVE|DIN|EN|ES|EU|FY|GMT|GPT|HTTP|IEC|IEEE|ISO|MD|RFC|SHA|SOC|UE|UTC|UTF|[QHS][1-4])[-/_\d])"
)
_LABEL = (
    r"\b(?:tickets?|issues?|bugs?|incidents?|incidencias?|cases?|casos?|expedientes?|requests?|contracts?|orders?|p\.?r|mr"
    r"|emp(?:loyee|lead[oa])?|staff|personnel|payroll|badge|user|worker|agent|legajo|n[oó]mina|credencial|tarjeta|id"
    r"|ref(?:erence)?|referencia|complaint|grievance|claim|file|record|asset|device|laptop|queja|reclamaci[oó]n)"
)
_NUMBERED = r"\s{0,2}(?:[:#=]|(?:id|no|num|number|nr|n[º°]|n\.[º°]|n[uú]mero)\b\.?\s?[:#]?)\s?#?"
TICKET = _any(
    rf"(?-i:\b{_STANDARDS}(?:[A-Z][A-Z0-9]{{1,9}}(?:[-/_][A-Z0-9]{{1,8}}){{0,2}}[-/_]\d{{2,8}}|[A-Z]{{2,6}}\d{{5,10}})\b)",
    rf"{_LABEL}{_NUMBERED}[a-z]{{0,4}}-?\d{{2,12}}(?:[/-]\d{{2,8}})?\b",
    rf"{_LABEL}\s(?:(?!(?:19|20)\d\d\b)\d{{4,12}}|\d{{1,6}}/\d{{2,4}})\b",
    r"\b(?:room|desk|seat|ext(?:ension)?\.?|despacho|sala|mesa)\s(?:no\.?\s)?\d{2,5}\b",
    r"(?<![\w&#])#\d{2,12}\b|\b(?:dni|nie|ssn|nss)\W{1,3}[\d-]{5,12}|\b\d{3}-\d\d-\d{4}\b|\b\d{8}-?[a-z]\b",
    r"\b(?=[a-f]{0,40}\d)(?=\d{0,40}[a-f])[0-9a-f]{8,40}(?:-[0-9a-f]{4,12}){0,4}\b",
)

ONLY_ME = _any(
    r"\b(?:i\s?['’]?\s?a?m|i was|as|being|we['’]?re|we are)\s(?:still\s|now\s)?the\s(?:only|sole|lone)\b"
    r"(?!\s(?:option|way|thing|tool|reason|choice|measure|metric|source|answer)s?\b)",
    r"\bthe (?:only|last|first|sole) (?:one|person|woman|man|female|male|trans|black|deaf|blind|disabled|non-binary"
    r"|remote|part-timer?|contractor|developer|engineer|tester|designer|writer|translator|employee|worker)\b",
    r"\b(?:my|the|a|as)\s(?:own\s)?sole\s(?!(?:purpose|reason|use|goal|aim|focus|source|criterion|measure)\b)\w{2,20}",
    r"\b(?:i alone|(?<!if )only i|just me|(?:except|but|besides|apart from) me"
    r"|(?:nobody|no one) else (?:in|on|at|here)|team of one|one-(?:(?:wo)?man|person) team)\b",
    r"\b(?:soy|era|fui|como|siendo|somos)\s(?:el|la|los|las)?\s?[uú]nic[oa]s?\b",
    r"\b(?:el|la) [uú]nic[oa] (?:persona|mujer|hombre|que)\b",
    r"\b(?:s[oó]lo yo|yo sol[oa]|nadie m[aá]s|(?:excepto|menos|salvo) yo|aparte de m[ií])\b",
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May)|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre"
    r"|noviembre|diciembre)\b"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w{3,7}teenth|twent\w{2,3})"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)\b"
    r"(?!\.com)"
)
_HOUR = r"(?:[01]?\d|2[0-3])"
WHEN = _any(
    rf"\b{_DAY}(?:st|nd|rd|th|º)?\s(?:of\s|de\s)?{_MONTH}|\b{_MONTH}\.?\s{_DAY}(?:st|nd|rd|th)?\b(?!\s?%)",
    rf"\b(?:{_ORDINAL}|primero|{FEW}|treinta(?: y uno)?) (?:of|de) {_MONTH}|\b{_MONTH} {_ORDINAL}\b",
    r"(?<![\w.])\d{4}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)",
    r"(?<![\w.])\d{1,2}(?:([/-])\d{1,2}\1(?:19|20)?\d\d|\.\d{1,2}\.(?:19|20)\d\d)(?!\d)",
    r"\b(?:on|by|since|until|el|desde)\s(?!24/7)\d{1,2}/\d{1,2}\b(?!/)",
    rf"\bthe \d{{1,2}}(?:st|nd|rd|th){STOP}|\bel d[ií]a \d{{1,2}}\b",
    r"\b(?:last|this|next|on|since|by|until|el|este|pasado|pr[oó]ximo)\s"
    rf"(?:pasado\s|pr[oó]ximo\s)?{_WEEKDAY}(?:\s(?:at|a las)\s\d{{1,2}})?",
    rf"\b{_WEEKDAY}\s(?:pasado|at|a las|morning|afternoon|evening|night|por la)\b",
    r"\b(?:yesterday|this|today) (?:morning|afternoon|evening)\b|\blast night\b",
    r"\b(?:ayer por la|esta) (?:mañana|tarde|noche)\b",
    rf"\b{_HOUR}(?::[0-5]\d(?::[0-5]\d)?|h[0-5]\d)\b|\b(?:1[0-2]|[1-9])(?:[:.][0-5]\d)?\s?[ap]\.?m\b",
    rf"\b(?:at|a las?) (?:{_HOUR}|{FEW}|una){STOP}|\ba las? {_HOUR}\b(?!\s\w{{4}})",
    rf"\b(?:\d{{1,2}}|{FEW}) o['’]clock\b|\b(?:half past|quarter (?:to|past)) \w{{1,6}}|\bat (?:noon|midnight)\b",
)

# Letters of other scripts that look like Latin ones. Greek letters of mathematics, such as mu, are not among them.
_LOOKALIKES = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0410\u0412\u0415\u041a\u041c\u041d\u041e"
    "\u0420\u0421\u0422\u0425\u03bf\u03bd\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5"
)
PASTED = _any(
    r"^[ \t]{0,8}(?:from|sent|subject|cc|bcc|reply-to|message-id|enviado(?: el)?|asunto|de):\s?\S",
    r"^[ \t]{0,8}(?:on|el) .{4,80}\b(?:wrote|escribi[oó]):|^[ \t]{0,8}>{1,8} ?[^\W\d].{0,40}",
    r"\b(?:forwarded message|original message|mensaje (?:reenviado|original))\b",
    r"^(?:dear|hi|hello|hola|estimad[oa]s)\s(?:all|team|everyone|colleagues|equipo|todos|compañeros)\b",
    r"^(?:best|kind|warm) regards\b|^un saludo,|^sent from my\b|^enviado desde mi\b",
    r"\bth(?:is|e information in this) (?:e-?mail|message|communication|document)\b.{0,60}\b(?:confidential|privileged"
    r"|intended)\b|\beste (?:correo|mensaje|documento)\b.{0,60}\bconfidencial",
    r"\b(?:confidentiality notice|intended (?:only|solely) for|intended recipient|internal use only"
    r"|do not (?:forward|distribute)|aviso de confidencialidad|solo para uso interno)\b",
    r"```|^Traceback \(most recent call last\)|^\s{0,8}at [\w.$<>]{3,80}\(|\bFile \"[^\"\n]{1,80}\", line \d+",
    r"^[\w.]{0,60}(?:Error|Exception): \S",
    # A paragraph of 600 characters with typographic quotes: hardly typed into a form.
    r"^(?=[^\n“]{0,2000}“[^\n”]{0,2000}”)[^\n]{600}",
    # Rare widths of space, and spaces in a row: both are used to mark copies.
    r"\S{0,15}[\u2000-\u200a\u202f\u205f]\S{0,15}|(?<=\w) {3,}(?=\w)",
    rf"\b\w{{0,30}}(?:[a-z](?-i:[{_LOOKALIKES}])|(?-i:[{_LOOKALIKES}])[a-z])\w{{0,30}}",
)
