"""What tells a person's name from the other words that are written with a capital, in English and Spanish. Pure.

A name is known as a first name, by what stands around it ("my boss", "said", "told by"), or by being several words with
a capital inside a sentence. The lists are short: they are meant to spare most second looks, not to be complete.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def _folded(word: str) -> str:
    """Return a word without case, accents and the English possessive."""
    letters = unicodedata.normalize("NFKD", word.casefold().removesuffix("'s").removesuffix("’s"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _words(text: str) -> frozenset[str]:
    return frozenset(map(_folded, text.split()))


# Left out: names that are also words (Will, Mark), tools (Claude, Julia), months or cities.
_FIRST_NAMES = _words(
    """
    aaron abdul adam adaora adebayo adrian adriana agata agnieszka ahmed aidan aiko aisha aitor ajay akira alan alba
    albert alberto alejandra alejandro aleksander aleksandr aleksei alena alessandro alex alexander alexandra alfonso
    ali alice alicia alvaro amaia amanda amara amina amir amira amit amy ana ananya anastasia ander andrea andreas
    andrei andres andrew andrzej angela angeles angelo anil anita anja anna anne anton antonella antonia antonio anya
    aoife apoorva arjun arturo arun asha ashley ashwin astrid ayesha aylin barbara beata beatriz begona ben benjamin
    bernd beth bilal birgit bob bogdan boris brenda brian bruno caitlin camila camille camilo candela carla carlos
    carlota carmen carol carolina caroline catherine cecilia cesar charles chen chiara chidi chinedu chioma chloe chris
    christian christina christopher ciaran claire clara claudia colin concha conor consuelo cristina dana daniel
    daniela daria darius darren david deborah declan deepak denise dennis diana diego dieter divya dmitri dominik
    dominika doris dylan edgar eduardo edward eileen ekaterina elena elif elisa elizabeth elvira emeka emilia emilio
    emily emir emma emre enrique erik ernesto esteban estefania esther eugenia eva ewa fabian facundo farah fatima
    fatou felipe felix fernanda fernando fiona florian francesca francisca francisco frank fumiko gabriel gabriela
    gareth gavin geoff george gerald gerardo gita giulia gonzalo graham greg grzegorz guillermo gustavo hamza hannah
    hans haruto hassan heather hector heinz helen henry hernan hiroshi huda hugo ian ibrahim ignacio igor iker ilona
    imran inaki ines inga ingrid inigo inmaculada irene irma iryna isaac isabel isabella ivan ivana jacek jack jacob
    jaime jakub james jane jasmin javier jeff jennifer jeremy jessica jim joan joanna joaquin joe johannes john jonas
    jonathan jordi jorge jorn jose joseph josh joshua juan juana juergen juho julie julieta julio jurgen jutta kai
    kamala karen karin karl karolina katarzyna kate katherine katja kaveh kavya keiko keith kenji kevin khadija kiran
    klaus kofi krzysztof kumar kwame laila lakshmi lars laszlo laura lauren layla leila lena leonardo leticia liam lin
    linda linh lisa lorena lorenzo louise lourdes lucas lucia lucy luis luisa lukas macarena maciej magda maite maja
    malgorzata manish manoj manuel manuela marcela marcelo marco marcos marcus marek margaret maria mariana maricarmen
    marie marina mario marta martin marwa mary mateo mateusz matt matthew matthias mauricio maximo maya meera megan
    mehmet mei melissa mia micaela michael michal michelle miguel mike mikhail milagros minh mohamed mohammad mohammed
    molly monica monika montse muhammad nadia nadine nancy naoko natalia natalie natasha nathan nawal neha nerea ngozi
    niamh nicholas nick nicole nigel nikhil nikita nikolai nina noah noelia noor nora nuria octavio oksana olaf
    oleksandr olena olga oliver olivia omar orla oscar oskar pablo paco padma paloma pankaj parisa pascal patricia
    patrick paul paula pawel pedro peggy penelope pepe peter petra philip phoebe pierre pilar piotr pooja prakash priya
    rachel radek rafael rahul rajesh ramiro ramon rania raquel raul ravi rebecca reza ricardo richard rita robert
    roberto rocio rodrigo roger ronan rosa rosie roxana ruth ryan sahar salma sam samantha samuel sandra sanjana sanjay
    saoirse sara sarah satoshi seamus sean sebastian sebastiana sergey sergio shreya shweta silvia simon sinead siobhan
    slawomir sofia sonia sophie soren stefan stephanie stephen steve steven stuart sunil suresh susan susana susanne
    svenja svetlana tamara tanya tariq tatiana teresa thandiwe thiago thomas tim tina tobias tom tomas tomasz tomoko
    tony trevor tunde ursula uwe valentin valentina valeria vanessa vera veronica vicente victor vijay vikram viktor
    vincent vinod vladimir wanda wei wendy wolfgang xavi xavier ximena yan yasmin yesenia yolanda yuki yulia yuri yusuf
    zainab zoe zofia zoltan zuzana
    """
)
# Written with a capital, at least where a sentence begins, and nobody's name.
_NOT_PEOPLE = _words(
    """
    a after all also although an and any anyone as at because before both but by company each even every everybody
    everyone finally first for from he her his how however if in is it its last later leadership least legal management
    many may maybe most my no nobody none not nothing now of on once one only or our people please she since so some
    somebody someone still than thanks that the their then there these they this those though today tomorrow until we
    what when where which while who why with without yes yesterday you your al algunos aquí así aunque ayer cada como
    con cuando de del desde después dirección donde el ella ellas ellos empresa en ese esta este esto gracias hace
    hasta hay hoy la las le les lo los luego me mi mis muchos muy nadie ni nos nosotros nuestra nuestro nunca otra otro
    para pero por porque primero que quien recursos humanos se según si sin sindicato sobre solo somos son soy su sus
    también te todo todos tras tu un una uno usted ya yo monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december alexa claude codex grok haiku
    opus siri sonnet academy accounting act agency agent agile amazon america anthropic apache apple art asia assistant
    assurance atlassian aws azure bank bard bay berlin big black board bot brazil brussels buenos california canada
    center centre chief china city cloud code coding commission committee compliance confluence content control copilot
    corporation council court cross cursor customer customers cyber daily data deep delivery department design
    developer developers development devin digital director discord docker docs drive dublin duolingo east edge
    engineer engineering english enterprise europe european excel experience figma finance france free french gemini
    general generative german germany global google group growth head health help hiring home house human india
    infrastructure intelligence internal internet ireland jasper java jenkins jira junior klarna knowledge kotlin
    kubernetes lambda language law lead learning linux llama local london machine madrid manager marketing mastodon
    meta mexico microsoft mistral mobile model monthly natural new news north notion office officer open operations
    oracle outlook owner paris performance perplexity platform policy portugal power principal privacy process product
    production program programme project python quality red reddit regulation relations remote report reports research
    resources revenue review reviews rights rule rules russia rust safety sales salesforce san santa science scientist
    scrum security senior service services silicon skype slack software south spain spanish specialist staff state
    states steward strategy street studio success summer support swift system systems talent team teams tech technical
    telegram terraform test testing tier time tool tools training trello trust twilio uber ukraine union unions united
    us user valley vice visual vs washington web weekly west whisper windows work workday worker workers workflow
    working works workspace york zapier zendesk zoom agencia agente américa atención aires argentina barcelona calidad
    chile cliente clientes colombia comité consejo datos departamento equipo españa europa inteligencia artificial ley
    méxico ministerio ofic oficina plan producto proyecto servicio soporte unión
    """
)
_SAINTS = _words("san santa saint st")  # what they go before is a place: San Francisco
_ROLES = _words(
    "manager boss supervisor lead director ceo cto cfo vp coworker colleague teammate mentor recruiter founder"
    " jefe jefa gerente directora encargado encargada supervisora compañero compañera colega responsable"
)
_TITLES = _words("mr mrs ms mx miss dr prof sr sra srta señor señora don doña dña dra")
_LEADING_TO_A_NAME = _words(
    "told asked emailed called named messaged regards cheers sincerely dijo según llamado llamada llamo saludos"
)
_SAYING = _words(
    "said says told tells asked asks wrote writes emailed announced fired decided wants wanted explained promised"
    " claims claimed replied answered insisted admitted dijo dice contó pidió pide escribió anunció quiere decidió"
    " explicó prometió respondió"
)
_NO_NAMES = _NOT_PEOPLE | _ROLES | _TITLES
_PARTICLES = _words("de la del las los van von der den da dos bin al el ibn")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,4}")
_SENTENCE_END = re.compile(r"[.!?:;…\n\"“”«»(•*]")
_LONGEST_NAME = 5  # words; more in a row are a heading


@dataclass(frozen=True, slots=True)
class _Word:
    written: str
    folded: str
    start: int
    end: int
    gap: str  # what stands between the word before and this one
    opens: bool  # whether a sentence may begin here, so that a capital says nothing

    @property
    def is_capital(self) -> bool:
        """Tell whether it is written like Dana or McKay, but not like HR or GitHub."""
        parts = [part for part in re.split("['’-]", self.written) if len(part) > 1]
        rests = [part[1:].removeprefix("cK").removeprefix("cD") for part in parts]
        return self.written[0].isupper() and bool(rests) and all(rest.islower() for rest in rests)

    @property
    def may_name(self) -> bool:
        return self.is_capital and self.folded not in _NO_NAMES


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where in `text` a person's name seems to stand."""
    words = list(_read(text))
    at = 0
    while at < len(words):
        end = _run_end(words, at)
        if _is_name(words, at, end) if end > at else _is_bare_name(words, at):
            yield words[at].start, words[max(at, end - 1)].end
        at = max(at + 1, end)


def _read(text: str) -> Iterator[_Word]:
    last_end = 0
    for match in _WORD.finditer(text):
        gap = text[last_end : match.start()]
        opens = last_end == 0 or _SENTENCE_END.search(gap) is not None
        yield _Word(match[0], _folded(match[0]), match.start(), match.end(), gap, opens)
        last_end = match.end()


def _run_end(words: Sequence[_Word], first: int) -> int:
    """Return the index after the words from `first` on that are written like one name, such as María de la Cruz."""
    end = first
    while end < len(words) and words[end].may_name and (end == first or words[end].gap == " "):
        end += 1
        after = end
        while after < min(len(words), end + 3) and words[after].folded in _PARTICLES and words[after].gap == " ":
            after += 1
        if end < after < len(words) and words[after].may_name and words[after].gap == " ":
            end = after
    return end


def _is_name(words: Sequence[_Word], first: int, end: int) -> bool:
    opener = words[first]
    before = words[first - 1] if first else None
    after = words[end] if end < len(words) and words[end].gap == " " else None
    if before and before.folded in _SAINTS and opener.gap == " ":
        return False
    if any(word.folded.split("-")[0] in _FIRST_NAMES for word in words[first:end]):
        return True
    if end - first > _LONGEST_NAME:
        return False
    if before and _leads_to_name(before.folded, opener.gap):
        return True
    if after and after.folded in _SAYING:
        return True
    part_of_a_thing = (before and before.is_capital and not before.opens and opener.gap == " ") or (
        after and after.is_capital
    )
    return not part_of_a_thing and end - first - opener.opens > 1


def _leads_to_name(before: str, gap: str) -> bool:
    if before in _TITLES:
        return gap in {" ", ".", ". "}
    if before in _LEADING_TO_A_NAME:
        return gap in {" ", ", ", ",\n"}
    return before in _ROLES and gap in {" ", ", "}


def _is_bare_name(words: Sequence[_Word], at: int) -> bool:
    """Tell whether a word is a name though it lacks a capital, as in "my boss laura", or an initial, as in J. Smith."""
    word = words[at]
    if word.folded in _FIRST_NAMES:
        return at > 0 and _leads_to_name(words[at - 1].folded, word.gap)
    if len(word.written) > 1 or not word.written.isupper() or word.written == "I" or at + 1 == len(words):
        return False
    return words[at + 1].may_name and words[at + 1].gap in {".", ". "}
